"""Expiry: points that were not used in time leave the book, one posting for each lot.

Nobody can spend them meanwhile, so it does not matter how late this is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import Lot


class OwnedLot(NamedTuple):
    """A lot, and whose it is."""

    participant_id: UUID
    lot: Lot


class Expired(NamedTuple):
    """What one chunk of the sweep did; ``lots`` of zero means that nothing is due."""

    people: int
    lots: int
    points: int


def expire(
    due: Sequence[OwnedLot], transfer_ids: Sequence[UUID], *, now: datetime
) -> list[PointsPosting]:
    """All that is left of every due lot, each under a transfer id of its own."""
    assert all(each.lot.is_due(now) for each in due), "a lot is taken before its time"
    return [
        PersonsPoints(each.participant_id, each.lot.lot_id).expire(
            transfer_id, [LotUse(each.lot.lot_id, -each.lot.remaining)]
        )
        for each, transfer_id in zip(due, transfer_ids, strict=True)
    ]


def summed(due: Sequence[OwnedLot]) -> Expired:
    """What expiring these lots comes to."""
    return Expired(
        people=len({each.participant_id for each in due}),
        lots=len(due),
        points=sum(each.lot.remaining for each in due),
    )
