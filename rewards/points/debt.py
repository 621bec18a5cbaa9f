"""Debt: points that come to somebody who owes pay the debt first."""

from __future__ import annotations

from collections.abc import Sequence
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
