"""Lots at exchanges: units that stand for sale there, and the files that say so.

A lot is a listing whose tonnes are locked here: nobody orders, lists, transfers or retires them
until the exchange's settlement says who bought, or the stated day comes on which what is left is
the seller's again. What the exchange may sell it was handed: a document that names the lot with its
serials as they are printed, and the same serials as CSV, which the document names by its SHA-256.
Both are made once, when the lot is handed over, and never again.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, start_of_day
from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.viewer import Viewer
from rewards.ledger.money import yuan
from rewards.registry.counterparty import Counterparty
from rewards.trading.listing import Listing, OfferedUnits

# How long a lot stands at the most.
MOST_DAYS: Final = 366
COLUMNS: Final = (
    *("lot_id", "serial", "first_number", "last_number", "quantity_t"),
    *("vintage", "unit_class", "bundle_id", "methodology", "least_price", "currency", "returns_on"),
)


class UnknownExchangeLot(UnknownId):
    """There is no such lot, or not for who is asking."""

    cases = ("exchange_lot",)


class ReturnDayUnusable(Invalid):
    """What is left of a lot cannot come back on the stated day."""

    cases = ("past", "far")


class SellerTakesNothingBack(Conflict):
    """The exchange was handed the lot: until its day, it alone says that it is not for sale."""


@dataclass(frozen=True, slots=True)
class ExchangeLot:
    """What is stated of a lot when it is handed over, beside its listing.

    At ``returns_at``, the begin of a civil day, what is left comes back. ``tie`` is what ties the
    seller to the exchange, as is stated. ``document`` and ``serials_csv`` are what was handed over.
    """

    listing_id: UUID
    exchange_id: UUID
    returns_at: datetime
    tie: str | None
    document: bytes
    serials_csv: bytes

    def is_over(self, now: datetime) -> bool:
        """Whether what is left is the seller's again, whether or not it was returned yet."""
        return self.returns_at <= now

    def check_return(self, viewer: Viewer, *, seller_id: UUID | None, now: datetime) -> None:
        """Whether ``viewer`` may end the lot: the exchange at any time, the seller from its day on.

        Raises UnknownExchangeLot, SellerTakesNothingBack.
        """
        if viewer.tenant_id == self.exchange_id:
            return
        sells = viewer.role == "operator" if seller_id is None else viewer.tenant_id == seller_id
        if not sells:
            raise UnknownExchangeLot("exchange_lot")
        if not self.is_over(now):
            raise SellerTakesNothingBack(returns_at=self.returns_at.isoformat())


class SeenLot(NamedTuple):
    """A lot as it is read: its listing, and the exchange as it stands."""

    lot: ExchangeLot
    offered: OfferedUnits
    exchange: Counterparty

    def is_shown_to(self, viewer: Viewer) -> bool:
        """Its seller and its exchange see a lot, and who answers for the programme."""
        sides = (self.offered.listing.seller_id, self.lot.exchange_id)
        return viewer.sees_all or viewer.tenant_id in sides


class HandedUnits(NamedTuple):
    """Units of a lot as its files name them."""

    serial: str
    first_number: int
    last_number: int
    vintage: int
    unit_class: str
    bundle_id: UUID
    methodology: str | None

    @property
    def quantity_t(self) -> int:
        return self.last_number - self.first_number + 1


class HandedFiles(NamedTuple):
    """The document, and the serials as CSV."""

    document: bytes
    serials_csv: bytes


def return_moment(day: date, *, now: datetime, zone: ZoneInfo) -> datetime:
    """When a lot that is handed over now comes back; raises ReturnDayUnusable."""
    today = civil_day(now, zone)
    if day <= today:
        raise ReturnDayUnusable("past", pointer="/returns_on")
    if day > today + timedelta(days=MOST_DAYS):
        raise ReturnDayUnusable("far", pointer="/returns_on", days=MOST_DAYS)
    return start_of_day(day, zone)


def handed_files(
    listing: Listing,
    units: Sequence[HandedUnits],
    *,
    exchange_id: UUID,
    returns_on: date,
    tie: str | None,
    currency: str,
) -> HandedFiles:
    """The files of a lot, the same bytes whenever they are made of the same."""
    cells = [_cells(each, listing, returns_on=returns_on, currency=currency) for each in units]
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(cells)
    serials_csv = out.getvalue().encode()
    seller_id = listing.seller_id
    document: JsonObject = {
        "format": "tanpuhui.exchange-lot.1",
        "lot_id": f"lst_{listing.listing_id.hex}",
        "exchange_id": f"org_{exchange_id.hex}",
        "seller_id": f"org_{seller_id.hex}" if seller_id else None,
        "exchange_tie": tie,
        "quantity_t": str(listing.quantity_t),
        "least_price": {"amount": yuan(listing.price_fen_per_tonne), "currency": currency},
        "returns_on": returns_on.isoformat(),
        "handed_over_at": listing.created_at.isoformat(),
        "units": [{name: each[name] for name in COLUMNS[1:8]} for each in cells],
        "files": [
            {
                "name": "serials.csv",
                "size": len(serials_csv),
                "sha256": hashlib.sha256(serials_csv).hexdigest(),
            }
        ],
    }
    written = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return HandedFiles(written.encode(), serials_csv)


def _cells(
    units: HandedUnits, listing: Listing, *, returns_on: date, currency: str
) -> dict[str, str]:
    return {
        "lot_id": f"lst_{listing.listing_id.hex}",
        "serial": units.serial,
        "first_number": str(units.first_number),
        "last_number": str(units.last_number),
        "quantity_t": str(units.quantity_t),
        "vintage": str(units.vintage),
        "unit_class": units.unit_class,
        "bundle_id": f"bdl_{units.bundle_id.hex}",
        "methodology": units.methodology or "",
        "least_price": yuan(listing.price_fen_per_tonne),
        "currency": currency,
        "returns_on": returns_on.isoformat(),
    }
