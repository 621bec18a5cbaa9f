"""Granting: the points that an action really brings, after every cap, budget and debt.

The one place where caps are decided, and what a budget pays of what they leave. Awards are granted
one after another, because those of a list share the caps of their person and period, what is in
their budgets, and pay back the same debt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from rewards.points.budget import BudgetFunds
from rewards.points.caps import Cap
from rewards.points.debt import recover
from rewards.points.earning import Award
from rewards.points.first_time import Bonus


class Grant(NamedTuple):
    """``points`` in all; ``paid_back`` of them go to an old debt at once.

    ``limited_by`` is the code of the cap that leaves least or the budget, None when none cut. The
    window is that of the lot in which the points lie, None when there are no points. ``caps`` are
    those that the points count against; ``budget_id`` what they are taken from, None: the
    programme.
    """

    points: int
    paid_back: int
    limited_by: str | None
    caps: Sequence[Cap]
    available_at: datetime | None
    expires_at: datetime | None
    budget_id: UUID | None = None
    # What was added because it was a first time, before the caps.
    bonuses: tuple[Bonus, ...] = ()


def room(cap: Cap, used: int) -> int:
    """How many points a cap still allows when ``used`` of it are granted."""
    return max(0, cap.limit - used)


class Granting:
    """Grants the awards of one list in its order.

    ``debts`` holds what each person owes, in points; who is not in it owes nothing. ``funds`` has
    what may be taken of the budgets that cover any of the actions.
    """

    def __init__(
        self, debts: Mapping[str, int] | None = None, funds: BudgetFunds | None = None
    ) -> None:
        self._debts = {person: owed for person, owed in (debts or {}).items() if owed}
        self._funds = funds
        # (person, cap code, first day of its period) -> points granted, with those before the list
        self._used: dict[tuple[str, str, date], int] = {}

    def grant(
        self,
        person: str,
        award: Award,
        used: Sequence[int],
        budgets: Sequence[UUID] = (),
        bonuses: tuple[Bonus, ...] = (),
    ) -> Grant:
        """Grant an award; ``used`` is what was granted of each of its caps before the list began.

        ``budgets`` cover its action, the first to be asked first. ``bonuses`` are those of the
        award's that it brings, because its action is a first time.
        """
        points, limited_by, caps = award.points, award.limited_by, award.caps
        if bonuses:
            points += sum(each.points for each in bonuses)
        keys = [(person, cap.code, cap.period_start) for cap in caps]
        so_far = [self._used.get(*each) for each in zip(keys, used, strict=True)]
        for cap, before in zip(caps, so_far, strict=True):
            left = room(cap, before)
            if points > left:
                points, limited_by = left, cap.code
        paid = self._funds.pay(points, budgets) if self._funds and budgets else None
        if paid is not None:
            points, limited_by = paid.points, paid.limited_by or limited_by
        for key, before in zip(keys, so_far, strict=True):
            self._used[key] = before + points
        if not points:
            return Grant(0, 0, limited_by, caps, None, None, bonuses=bonuses)
        budget_id = paid.budget_id if paid else None
        paid_back = self._pay_back(person, points)
        window = award.available_at, award.expires_at
        return Grant(points, paid_back, limited_by, caps, *window, budget_id, bonuses)

    def _pay_back(self, person: str, points: int) -> int:
        owed = self._debts.get(person)
        if not owed:
            return 0
        paid_back = recover(owed, points)
        self._debts[person] = owed - paid_back
        return paid_back
