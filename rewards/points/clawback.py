"""Clawback: points of a reversed action are taken back; what is already spent is owed, openly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import Lot, first_expiring_first, take_from


@dataclass(frozen=True, slots=True)
class AwardToTakeBack:
    """What an action was awarded, and the dates of the lot into which it went."""

    participant_id: UUID
    action_id: UUID
    points: int
    available_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Clawback:
    """Points taken from lots, and points that the person now owes; together the award."""

    taken: int
    owed: int


@dataclass(frozen=True, slots=True)
class FoundInLots:
    """What a clawback found, and what the person owes because it was not there."""

    uses: list[LotUse]
    taken: int
    owed: int


def find_in_lots(
    lots: Iterable[Lot], own_lot: UUID | None, points: int, now: datetime
) -> FoundInLots:
    """Find ``points`` of a reversed action: in its own lot first, then in the others.

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
    uses, missing = take_from(own + first_expiring_first(others), points)
    return FoundInLots(uses, points - missing, missing)


def claw_back_awards(
    awards: Sequence[AwardToTakeBack],
    lots: Mapping[UUID, Sequence[Lot]],
    transfer_ids: Iterator[UUID],
    *,
    now: datetime,
) -> tuple[list[Clawback], list[PointsPosting]]:
    """Take back each award, in order; an award of no points takes nothing.

    ``lots`` are all open lots of each person, and the awards' own. Two awards of one person never
    take the same points: the second finds what the first has left. Every posting takes the next
    of ``transfer_ids``.
    """
    left = {person: {lot.lot_id: lot for lot in theirs} for person, theirs in lots.items()}
    results: list[Clawback] = []
    postings: list[PointsPosting] = []
    for award in awards:
        if award.points == 0:
            results.append(Clawback(0, 0))
            continue
        theirs = left[award.participant_id]
        found = find_in_lots(theirs.values(), _own_lot(theirs.values(), award), award.points, now)
        whose = PersonsPoints(award.participant_id, award.action_id)
        if found.taken:
            postings.append(whose.claw_back(next(transfer_ids), found.uses))
        if found.owed:
            postings.append(whose.owe(next(transfer_ids), found.owed))
        for use in found.uses:
            lot = theirs[use.lot_id]
            theirs[use.lot_id] = replace(lot, remaining=lot.remaining + use.points)
        results.append(Clawback(found.taken, found.owed))
    return results, postings


def _own_lot(lots: Iterable[Lot], award: AwardToTakeBack) -> UUID | None:
    """Awards of the same dates share one lot."""
    dates = (award.available_at, award.expires_at)
    return next((lot.lot_id for lot in lots if (lot.available_at, lot.expires_at) == dates), None)
