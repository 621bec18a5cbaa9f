"""Granting: the points that an action really brings, after every cap and every debt.

The one place where caps are decided. Awards are granted one after another, because those of a list
share the caps of their person and period and pay back the same debt.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from rewards.points.debt import recover
from rewards.points.earning import Award, Cap


class Grant(NamedTuple):
    """``points`` in all; ``paid_back`` of them go to an old debt at once.

    ``limited_by`` is the code of the cap that cut them, None when none did. The window is that of
    the lot in which the points lie, None when there are no points. ``cap`` is the one that the
    points count against.
    """

    points: int
    paid_back: int
    limited_by: str | None
    cap: Cap | None
    available_at: datetime | None
    expires_at: datetime | None


def room(cap: Cap, used: int) -> int:
    """How many points a cap still allows when ``used`` of it are granted."""
    return max(0, cap.limit - used)


class Granting:
    """Grants the awards of one list in its order.

    ``debts`` holds what each person owes, in points; who is not in it owes nothing.
    """

    def __init__(self, debts: Mapping[str, int] | None = None) -> None:
        self._debts = {person: owed for person, owed in (debts or {}).items() if owed}
        # (person, cap code, first day of its period) -> points granted, with those before the list
        self._used: dict[tuple[str, str, date], int] = {}

    def grant(self, person: str, award: Award, used: int) -> Grant:
        """Grant an award; ``used`` is what was granted of its cap before the list began."""
        points, limited_by, cap = award.points, award.limited_by, award.cap
        if cap is not None:
            key = (person, cap.code, cap.period_start)
            used = self._used.get(key, used)
            left = room(cap, used)
            if points > left:
                points, limited_by = left, cap.code
            self._used[key] = used + points
        if not points:
            return Grant(0, 0, limited_by, cap, None, None)
        paid_back = 0
        owed = self._debts.get(person)
        if owed:
            paid_back = recover(owed, points)
            self._debts[person] = owed - paid_back
        return Grant(points, paid_back, limited_by, cap, award.available_at, award.expires_at)
