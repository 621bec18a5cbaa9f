"""What a stated design fixes for every calculation after it: days, strata, meters and area."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple, cast

from behaviours.json_value import JsonObject


class MeteredPlant(NamedTuple):
    """A meter of the design, with the capacity behind it in watts and since when it is on grid."""

    number: str
    capacity_w: int
    connected_on: date


class DaySpan(NamedTuple):
    """Civil days from ``starts_on`` up to, without, ``ends_before``."""

    starts_on: date
    ends_before: date

    @property
    def days(self) -> int:
        return (self.ends_before - self.starts_on).days

    def holds(self, other: DaySpan) -> bool:
        """Whether the other lies within, ends included."""
        return self.starts_on <= other.starts_on and other.ends_before <= self.ends_before

    def within(self, other: DaySpan) -> DaySpan:
        """What both have; no days where they do not meet."""
        starts_on = max(self.starts_on, other.starts_on)
        return DaySpan(starts_on, max(starts_on, min(self.ends_before, other.ends_before)))

    def by_year(self) -> list[DaySpan]:
        """The same days cut at every New Year: the first and the last part may be short."""
        last = self.ends_before - timedelta(days=1)
        years = range(self.starts_on.year, last.year + 1)
        return [self.within(civil_year(year)) for year in years]


class DesignFacts(NamedTuple):
    """The crediting period, the keys of strata and meters, and the area in square metres."""

    crediting: DaySpan
    strata: tuple[str, ...]
    meters: tuple[MeteredPlant, ...]
    area_m2: int

    def keys(self, name: str) -> tuple[str, ...]:
        """The keys of a set that the design registers, in its order."""
        return self.strata if name == "strata" else tuple(each.number for each in self.meters)


def civil_year(year: int) -> DaySpan:
    """The days of a civil year."""
    return DaySpan(date(year, 1, 1), date(year, 12, 31) + timedelta(days=1))


def facts_of(design: JsonObject) -> DesignFacts:
    """The facts of a design document as it is kept."""
    period = cast(Mapping[str, str], design["crediting_period"])
    meters = cast(Sequence[JsonObject], design["meters"])
    strata = cast(Sequence[JsonObject], design["strata"])
    return DesignFacts(
        DaySpan(date.fromisoformat(period["from"]), date.fromisoformat(period["to"])),
        tuple(str(each["code"]) for each in strata),
        tuple(
            MeteredPlant(
                str(each["number"]),
                cast(int, each["capacity_w"]),
                date.fromisoformat(str(each["connected_on"])),
            )
            for each in meters
        ),
        cast(int, design["area_m2"]),
    )
