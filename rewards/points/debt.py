"""Debt: points that come to somebody who owes pay the debt first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting


def recover(debt: int, gained: int) -> int:
    """How much of newly gained points pays an old debt: as much as there is, up to the debt."""
    assert debt >= 0
    assert gained >= 0
    return min(debt, gained)


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


def pay_debt(
    whose: PersonsPoints, transfer_id: UUID, returned: Sequence[LotUse], debt: int
) -> list[PointsPosting]:
    """What to post after points returned to lots: nothing, or one payment of the old debt."""
    uses = recover_from(returned, debt)
    return [whose.recover(transfer_id, uses)] if uses else []


class AgedDebt(NamedTuple):
    """What a person owes, and in all their life: owed before a moment, paid and let go."""

    participant_id: UUID
    debt: int
    owed_before: int
    paid: int


def too_old(aged: AgedDebt) -> int:
    """How much of a debt is older than the moment: what was paid went to the oldest first."""
    return min(aged.debt, max(0, aged.owed_before - aged.paid))


def write_off_old(aged: Sequence[AgedDebt], transfer_ids: Iterator[UUID]) -> list[PointsPosting]:
    """A posting for each person who owes something that is too old."""
    return [
        PersonsPoints(each.participant_id, each.participant_id).write_off(next(transfer_ids), old)
        for each in aged
        if (old := too_old(each))
    ]
