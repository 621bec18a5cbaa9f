"""Points that come back to somebody who owes pay the debt first."""

from __future__ import annotations

from collections.abc import Sequence

from app.ids import new_id
from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import recover_from


def pay_debt(points: PersonsPoints, returned: Sequence[LotUse], debt: int) -> list[PointsPosting]:
    """What to post after points returned to lots: nothing, or one payment of the old debt."""
    uses = recover_from(returned, debt)
    return [points.recover(new_id(), uses)] if uses else []
