"""Lots: points with one day of availability and one of expiry, and how they are used up.

A lot is spendable while ``available_at <= now < expires_at``. A lot that is past its expiry but
not yet swept still counts in the stored balance, and can buy nothing: that is the read-time rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from behaviours.refusal import Kind, Refusal
from rewards.ledger.points import LotUse


class NotEnoughPoints(Refusal):
    """The person has fewer spendable points than the redemption needs."""

    kind = Kind.CONFLICT
    code = "NOT_ENOUGH_POINTS"


@dataclass(frozen=True, slots=True)
class Lot:
    lot_id: UUID
    available_at: datetime
    expires_at: datetime
    remaining: int

    def is_spendable(self, now: datetime) -> bool:
        return self.available_at <= now < self.expires_at and self.remaining > 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a clawback found, and what the person owes because it was not there."""

    uses: list[LotUse]
    taken: int
    owed: int


def first_expiring_first(lots: Iterable[Lot]) -> list[Lot]:
    """The one order in which lots are used; the id decides between equals, for repeatability."""
    return sorted(lots, key=lambda lot: (lot.expires_at, lot.available_at, lot.lot_id))


def spendable(lots: Iterable[Lot], now: datetime) -> int:
    return sum(lot.remaining for lot in lots if lot.is_spendable(now))


def allocate(lots: Iterable[Lot], points: int, now: datetime) -> list[LotUse]:
    """The lots that pay ``points``, first-expiring first; uses are negative and sum to -points.

    Raises NotEnoughPoints, which says how many are available.
    """
    assert points > 0, points
    able = [lot for lot in lots if lot.is_spendable(now)]
    uses, missing = _take(first_expiring_first(able), points)
    if missing:
        available = points - missing
        raise NotEnoughPoints(
            f"This needs {points} points and {available} are available now."
            " Points on the way become available on the day after they were recorded.",
            details={"needed": points, "available": available},
        )
    return uses


def take_back(lots: Iterable[Lot], own_lot: UUID | None, points: int, now: datetime) -> Taken:
    """Take ``points`` of a reversed action: from its own lot first, then from the others.

    Its own lot gives even when it is expired (those points should never have been there) or still
    pending. The others give first-expiring first, pending ones too, but not expired ones: what
    has run out is no longer the person's to pay with. What is missing is owed.
    """
    assert points > 0, points
    all_lots = list(lots)
    own = [lot for lot in all_lots if lot.lot_id == own_lot and lot.remaining > 0]
    others = [
        lot
        for lot in all_lots
        if lot.lot_id != own_lot and lot.remaining > 0 and now < lot.expires_at
    ]
    uses, missing = _take(own + first_expiring_first(others), points)
    return Taken(uses, points - missing, missing)


def give_back(spent: Sequence[LotUse], given_before: Iterable[LotUse], points: int) -> list[LotUse]:
    """Return ``points`` of a spend to the lots that paid it; the last one used gets its own first.

    ``spent`` are the spend's uses in the order in which they were taken (negative);
    ``given_before`` what earlier reversals already returned (positive). Lots keep their dates:
    points that would have expired meanwhile are expired, so a refund never prolongs anything.
    """
    assert points > 0, points
    room = {use.lot_id: -use.points for use in spent}
    for use in given_before:
        room[use.lot_id] -= use.points
    uses = []
    for use in reversed(spent):
        part = min(room[use.lot_id], points)
        assert part >= 0, f"lot {use.lot_id} was given more than it paid"
        if part:
            uses.append(LotUse(use.lot_id, part))
            points -= part
    assert points == 0, "more is given back than was spent"
    return uses


def recover(debt: int, gained: int) -> int:
    """How much of newly gained points pays an old debt: as much as there is, up to the debt."""
    assert debt >= 0
    assert gained >= 0
    return min(debt, gained)


def _take(lots: Iterable[Lot], points: int) -> tuple[list[LotUse], int]:
    uses = []
    for lot in lots:
        if not points:
            break
        part = min(lot.remaining, points)
        uses.append(LotUse(lot.lot_id, -part))
        points -= part
    return uses, points


def recover_from(returned: Sequence[LotUse], debt: int) -> list[LotUse]:
    """Take what pays an old debt from points that were just put into lots; negative uses."""
    pays = recover(debt, sum(use.points for use in returned))
    uses = []
    for use in returned:
        part = min(use.points, pays)
        if part:
            uses.append(LotUse(use.lot_id, -part))
            pays -= part
    return uses
