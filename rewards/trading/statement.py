"""Statement: what an enterprise held and was paid for in a period: opening, movements, closing.

::

    closing = opening + the sum of the movements     of each class and vintage, and of money

Everything is read from what was written when it happened, so the statement of a period that is over
is the same whenever it is drawn. Money is what went through the book of the market: what trades of
the enterprise were paid with as a buyer, and brought it as a seller, at their delivery.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final, NamedTuple
from uuid import UUID

from rewards.ledger.money import BOOKED_AFTER, yuan

ISSUED: Final = "issued"
RECEIVED: Final = "received"
BOUGHT: Final = "bought"
GIVEN: Final = "given"
SOLD: Final = "sold"
RETIRED: Final = "retired"
CANCELLED: Final = "cancelled"
HANDED_OVER: Final = "handed_over"
# By the sign of what they do to a holding; each with the prefix of what it refers to.
COMES_IN: Final[Mapping[str, str]] = {ISSUED: "bdl", RECEIVED: "trf", BOUGHT: "trd"}
GOES_OUT: Final[Mapping[str, str]] = {
    GIVEN: "trf",
    SOLD: "trd",
    RETIRED: "ret",
    CANCELLED: "rpl",
    # To another registry: the monitoring period whose issue went there.
    HANDED_OVER: "mpd",
}
KINDS: Final[Mapping[str, str]] = {**COMES_IN, **GOES_OUT}

PAID: Final = "paid"
EARNED: Final = "earned"
MONEY_KINDS: Final = (PAID, EARNED)

COLUMNS: Final = (
    *("part", "time", "kind", "unit_class", "vintage", "block_id", "reference", "quantity_t"),
    *("amount", "currency"),
)


class HeldKind(NamedTuple):
    """Units that are alike in a statement."""

    unit_class: str
    vintage: int


class UnitMovement(NamedTuple):
    """Tonnes of one block that came in, or went out with a minus, and by what."""

    at: datetime
    kind: str
    block_id: UUID
    unit_class: str
    vintage: int
    quantity_t: int
    reference_id: UUID

    @property
    def reference(self) -> str:
        return f"{KINDS[self.kind]}_{self.reference_id.hex}"


class MoneyMovement(NamedTuple):
    """What a trade was paid with, or brought, in fen."""

    at: datetime
    kind: str
    trade_id: UUID
    fen: int


class MoneyTurned(NamedTuple):
    """What was paid for units, and earned with them, from the first trade on; in fen."""

    paid_fen: int
    earned_fen: int


class UnitsAway(NamedTuple):
    """Tonnes of a lot that stood at an exchange, still held, when a period ended."""

    lot_id: UUID
    exchange_id: UUID
    unit_class: str
    vintage: int
    quantity_t: int


Holding = Mapping[HeldKind, int]


@dataclass(frozen=True, slots=True)
class Statement:
    """Of ``first`` to ``last``, both included; ``is_final`` once nothing can change it."""

    enterprise_id: UUID
    first: date
    last: date
    is_final: bool
    opening: Holding
    units: tuple[UnitMovement, ...]
    opening_money: MoneyTurned
    money: tuple[MoneyMovement, ...]
    # Of the closing: what nobody here could dispose of, because it stood at an exchange.
    away: tuple[UnitsAway, ...] = ()

    @property
    def closing(self) -> Holding:
        """What was held at the end, in tonnes; what came to nothing is left out."""
        held = Counter(self.opening)
        for each in self.units:
            held[HeldKind(each.unit_class, each.vintage)] += each.quantity_t
        assert min(held.values(), default=0) >= 0, "nobody gives what they do not hold"
        return {kind: tonnes for kind, tonnes in sorted(held.items()) if tonnes}

    @property
    def closing_money(self) -> MoneyTurned:
        """What was paid and earned up to the end."""
        return MoneyTurned(
            self.opening_money.paid_fen + _sum(self.money, PAID),
            self.opening_money.earned_fen + _sum(self.money, EARNED),
        )


def is_final(ends_at: datetime, now: datetime) -> bool:
    """Whether nothing can change a statement any more whose period ended at ``ends_at``."""
    return now >= ends_at + BOOKED_AFTER


def _sum(movements: Iterable[MoneyMovement], kind: str) -> int:
    return sum(each.fen for each in movements if each.kind == kind)


def statement_csv(said: Statement, *, zone: tzinfo, currency: str) -> bytes:
    """The statement for a spreadsheet: UTF-8 with BOM; times are civil, amounts in yuan.

    ``part`` says of each line whether it is of the opening, a movement or the closing, or what of
    the closing stood at an exchange.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_standing("opening", said.opening, said.opening_money, currency))
    writer.writerows(_unit_cells(each, zone) for each in said.units)
    writer.writerows(_money_cells(each, zone, currency) for each in said.money)
    writer.writerows(_standing("closing", said.closing, said.closing_money, currency))
    writer.writerows(_away_cells(each) for each in said.away)
    return out.getvalue().encode("utf-8-sig")


def _standing(
    part: str, held: Holding, money: MoneyTurned, currency: str
) -> Sequence[dict[str, str]]:
    units = [
        {
            "part": part,
            "unit_class": kind.unit_class,
            "vintage": str(kind.vintage),
            "quantity_t": str(tonnes),
        }
        for kind, tonnes in sorted(held.items())
    ]
    turned = [
        {"part": part, "kind": kind, "amount": yuan(fen), "currency": currency}
        for kind, fen in zip(MONEY_KINDS, money, strict=True)
    ]
    return [*units, *turned]


def _unit_cells(each: UnitMovement, zone: tzinfo) -> dict[str, str]:
    return {
        "part": "movement",
        "time": each.at.astimezone(zone).isoformat(timespec="microseconds"),
        "kind": each.kind,
        "unit_class": each.unit_class,
        "vintage": str(each.vintage),
        "block_id": f"blk_{each.block_id.hex}",
        "reference": each.reference,
        "quantity_t": str(each.quantity_t),
    }


def _away_cells(each: UnitsAway) -> dict[str, str]:
    return {
        "part": "at_exchange",
        "unit_class": each.unit_class,
        "vintage": str(each.vintage),
        "reference": f"lst_{each.lot_id.hex}",
        "quantity_t": str(each.quantity_t),
    }


def _money_cells(each: MoneyMovement, zone: tzinfo, currency: str) -> dict[str, str]:
    return {
        "part": "movement",
        "time": each.at.astimezone(zone).isoformat(timespec="microseconds"),
        "kind": each.kind,
        "reference": f"trd_{each.trade_id.hex}",
        "amount": yuan(each.fen),
        "currency": currency,
    }
