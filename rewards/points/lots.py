"""Lots: points with one day of availability and one of expiry, and how they are used up.

A lot is spendable while ``available_at <= now < expires_at``. A lot that is past its expiry but
not yet swept still counts in the stored balance, and can buy nothing: that is the read-time rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from behaviours.refusal import Conflict
from rewards.ledger.points import LotUse


class NotEnoughPoints(Conflict):
    """The person has fewer spendable points than the redemption needs."""


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of points that become available and expire at the same moments."""

    lot_id: UUID
    available_at: datetime
    expires_at: datetime
    remaining: int

    def is_spendable(self, now: datetime) -> bool:
        """Available, not expired, and not empty."""
        return self.available_at <= now < self.expires_at and self.remaining > 0

    def is_due(self, now: datetime) -> bool:
        """Expired with something left, which the sweep takes out of the book."""
        return self.expires_at <= now and self.remaining > 0


def first_expiring_first(lots: Iterable[Lot]) -> list[Lot]:
    """The one order in which lots are used; the id decides between equals, for repeatability."""
    return sorted(lots, key=lambda lot: (lot.expires_at, lot.available_at, lot.lot_id))


def spendable(lots: Iterable[Lot], now: datetime) -> int:
    """Points that can buy something now."""
    return sum(lot.remaining for lot in lots if lot.is_spendable(now))


def allocate(lots: Iterable[Lot], points: int, now: datetime) -> list[LotUse]:
    """The lots that pay ``points``, first-expiring first; uses are negative and sum to -points.

    Raises NotEnoughPoints, which says how many are available.
    """
    assert points > 0, points
    able = [lot for lot in lots if lot.is_spendable(now)]
    uses, missing = take_from(first_expiring_first(able), points)
    if missing:
        raise NotEnoughPoints(needed=points, available=points - missing)
    return uses


def take_from(lots: Iterable[Lot], points: int) -> tuple[list[LotUse], int]:
    """(what ``lots`` give in their order, how many points are missing)."""
    uses = []
    for lot in lots:
        if not points:
            break
        part = min(lot.remaining, points)
        uses.append(LotUse(lot.lot_id, -part))
        points -= part
    return uses, points


def return_to(spent: Sequence[LotUse], returned: Iterable[LotUse], points: int) -> list[LotUse]:
    """Return ``points`` of a spend to the lots that paid it; the last one used gets its own first.

    ``spent`` are the spend's uses in the order in which they were taken (negative);
    ``returned`` what earlier reversals already returned (positive), in whatever lots: each of them
    went on where the one before had ended. Lots keep their dates: points that would have expired
    meanwhile are expired, so a refund never prolongs anything.
    """
    assert points > 0, points
    before, uses = sum(use.points for use in returned), []
    for use in reversed(spent):
        skipped = min(-use.points, before)
        before -= skipped
        part = min(-use.points - skipped, points)
        if part:
            uses.append(LotUse(use.lot_id, part))
            points -= part
    assert points == before == 0, "more is returned than was spent"
    return uses
