"""Lots at exchanges: units that stand for sale there, and the file of a trading day that says so.

A lot is a listing whose tonnes are locked here: nobody orders, lists, transfers or retires them
until the exchange's settlement says who bought, or the stated day comes on which what is left is
the seller's again. What an exchange sells it was handed: the file of a trading day names every lot,
with its serials as they are printed, and is made once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, start_of_day
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.viewer import Viewer
from behaviours.working_days import WorkingDays
from rewards.registry.block import Block
from rewards.registry.counterparty import Counterparty
from rewards.trading.listing import OfferedUnits

# How long a lot stands at the most, and how long before a trading day its file is made.
MOST_DAYS: Final = 366
AHEAD_DAYS: Final = 14


class UnknownExchangeLot(UnknownId):
    """There is no such lot or file, or not for who is asking."""

    cases = ("exchange_lot", "exchange_file")


class ReturnDayUnusable(Invalid):
    """What is left of a lot cannot come back on the stated day."""

    cases = ("past", "far")


class TradingDayUnusable(Invalid):
    """No file is made of the stated day.

    ``past``: it is over; ``far``: it is too far away; ``rest``: it is no working day.
    """

    cases = ("past", "far", "rest")


class NothingToHandOver(Conflict):
    """No lot stands at the exchange on that day."""


class SellerTakesNothingBack(Conflict):
    """The exchange was handed the lot: it alone says that it is not for sale there any more."""


@dataclass(frozen=True, slots=True)
class ExchangeLot:
    """What is stated of a lot when it is listed, beside its listing.

    At ``returns_at``, the begin of a civil day, what is left comes back. ``tie`` is what ties the
    seller to the exchange, as is stated.
    """

    listing_id: UUID
    exchange_id: UUID
    returns_at: datetime
    tie: str | None

    def is_over(self, now: datetime) -> bool:
        """Whether what is left is the seller's again, whether or not it was returned yet."""
        return self.returns_at <= now

    def check_return(self, viewer: Viewer, *, seller: UUID | None, handed: bool) -> None:
        """Whether ``viewer`` may take back what is left: the exchange at any time, the seller while
        no file has named the lot.

        Raises UnknownExchangeLot, SellerTakesNothingBack.
        """
        if viewer.tenant_id == self.exchange_id:
            return
        sells = viewer.role == "operator" if seller is None else viewer.tenant_id == seller
        if not sells:
            raise UnknownExchangeLot("exchange_lot")
        if handed:
            raise SellerTakesNothingBack


class SeenLot(NamedTuple):
    """A lot as it is read: its listing, and the exchange as it stands."""

    lot: ExchangeLot
    offered: OfferedUnits
    exchange: Counterparty

    def is_shown_to(self, viewer: Viewer) -> bool:
        """Its seller and its exchange see a lot, and who answers for the programme."""
        sides = (self.offered.listing.seller_id, self.lot.exchange_id)
        return viewer.sees_all or viewer.tenant_id in sides


class HandedLot(NamedTuple):
    """A lot as a file names it: what is covered of it, in the order of its numbers."""

    lot: ExchangeLot
    price_fen_per_tonne: int
    methodology: str | None
    root: bytes | None
    blocks: Sequence[Block]

    @property
    def quantity_t(self) -> int:
        return sum(each.quantity_t for each in self.blocks)


@dataclass(frozen=True, slots=True)
class ExchangeFile:
    """The file of a trading day: a signed document, and the same lots as CSV, which it names by
    its SHA-256."""

    file_id: UUID
    exchange_id: UUID
    trading_day: date
    lots: int
    quantity_t: int
    document: bytes
    csv: bytes
    made_at: datetime


def return_moment(day: date, *, now: datetime, zone: ZoneInfo) -> datetime:
    """When a lot that is listed now comes back; raises ReturnDayUnusable."""
    today = civil_day(now, zone)
    if day <= today:
        raise ReturnDayUnusable("past", pointer="/returns_on")
    if day > today + timedelta(days=MOST_DAYS):
        raise ReturnDayUnusable("far", pointer="/returns_on", days=MOST_DAYS)
    return start_of_day(day, zone)


def check_trading_day(day: date, *, now: datetime, zone: ZoneInfo, calendar: WorkingDays) -> None:
    """Whether a file may be made of a day; raises TradingDayUnusable."""
    today = civil_day(now, zone)
    if day < today:
        raise TradingDayUnusable("past", pointer="/trading_day")
    if day > today + timedelta(days=AHEAD_DAYS):
        raise TradingDayUnusable("far", pointer="/trading_day", days=AHEAD_DAYS)
    if not calendar.is_working_day(day):
        raise TradingDayUnusable("rest", pointer="/trading_day")
