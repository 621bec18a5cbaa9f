"""Clawback: points of a reversed action are taken back; what of them was spent is owed, openly.

What is left of the award's own lot is taken. What of it expired unspent was never used by anybody:
it counts as taken, and its posting says so. Only what was spent is owed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.civil_time import months_later
from rewards.ledger.points import ISSUANCE, LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import Lot


class Window(NamedTuple):
    """Whose lot of which dates: awards of the same dates share one."""

    participant_id: UUID
    available_at: datetime
    expires_at: datetime


class AwardToTakeBack(NamedTuple):
    """What an action was awarded, the dates of the lot into which it went, and from where."""

    participant_id: UUID
    action_id: UUID
    points: int
    available_at: datetime
    expires_at: datetime
    source: str = ISSUANCE

    @property
    def window(self) -> Window:
        """Which lot it went into."""
        return Window(self.participant_id, self.available_at, self.expires_at)


class OwnLot(NamedTuple):
    """A lot as it stands; ``expired`` is what ran out of it and no clawback has counted yet."""

    lot: Lot
    expired: int


class Clawback(NamedTuple):
    """Points taken, points that the person now owes, and points kept; together the award."""

    taken: int
    owed: int
    kept: int = 0


@dataclass(frozen=True, slots=True)
class FoundInLot:
    """What a clawback found: in the lot, and expired; the rest was spent."""

    remaining: int
    expired: int
    spent: int


def find_in_lot(own: OwnLot | None, points: int) -> FoundInLot:
    """Find ``points`` of a reversed action in its own lot, pending or past its expiry too.

    No other lot pays: what other actions earned stays, and what is owed is paid by what comes.
    """
    assert points > 0, points
    remaining = min(points, own.lot.remaining) if own else 0
    expired = min(points - remaining, own.expired) if own else 0
    return FoundInLot(remaining, expired, points - remaining - expired)


def comes_too_late(occurred_on: date, today: date, months: int) -> bool:
    """Whether a reversal comes so long after the action that its points stay with the person."""
    return today > months_later(occurred_on, months)


def claw_back_awards(
    awards: Sequence[AwardToTakeBack],
    lots: Mapping[Window, OwnLot],
    transfer_ids: Iterator[UUID],
) -> tuple[list[Clawback], list[PointsPosting]]:
    """Take back each award, in order; an award of no points takes nothing.

    ``lots`` are the awards' own. Two awards of one lot never take the same points: the second
    finds what the first has left. Every posting takes the next of ``transfer_ids``.
    """
    left = dict(lots)
    results: list[Clawback] = []
    postings: list[PointsPosting] = []
    for award in awards:
        if award.points == 0:
            results.append(Clawback(0, 0))
            continue
        own = left.get(award.window)
        found = find_in_lot(own, award.points)
        whose = PersonsPoints(award.participant_id, award.action_id, award.source)
        if own and found.remaining:
            uses = [LotUse(own.lot.lot_id, -found.remaining)]
            postings.append(whose.claw_back(next(transfer_ids), uses))
        if found.expired:
            postings.append(whose.claw_back_expired(next(transfer_ids), found.expired))
        if found.spent:
            postings.append(whose.owe(next(transfer_ids), found.spent))
        if own:
            rest = replace(own.lot, remaining=own.lot.remaining - found.remaining)
            left[award.window] = OwnLot(rest, own.expired - found.expired)
        results.append(Clawback(found.remaining + found.expired, found.spent))
    return results, postings
