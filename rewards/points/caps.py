"""Caps: how many points one person may earn of a behaviour, a scene or everything, in a period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

# Civil periods, each beginning with the day that ``period_start`` says; a week begins on Monday.
PERIODS = ("day", "week", "month", "year")
PROGRAMME = "programme"


class Cap(NamedTuple):
    """At most ``limit`` points of this code in the period that begins on a civil day.

    What it leaves of an award is decided in ``granting``.
    """

    code: str
    limit: int
    period_start: date


class CapRule(NamedTuple):
    """What a policy says of one cap: whose actions share it (``code``), in which period."""

    code: str
    period: str
    limit: int

    def on(self, day: date) -> Cap:
        """The cap of an action of this civil day."""
        return Cap(self.code, self.limit, period_start(self.period, day))


def period_start(period: str, day: date) -> date:
    """The first civil day of the period of this day."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    if period == "month":
        return day.replace(day=1)
    if period == "year":
        return day.replace(month=1, day=1)
    return day


def scene_name(scene: str) -> str:
    """What the caps of a scene are called by: a behaviour may have the scene's own code."""
    return f"scene.{scene}"


def rules_named(name: str, limits: Mapping[str, int]) -> Iterator[CapRule]:
    """The caps of one name, ``metro_ride:per_day``, the shortest period first."""
    for period in PERIODS:
        if period in limits:
            yield CapRule(f"{name}:per_{period}", period, limits[period])
