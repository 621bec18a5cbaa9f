"""Counts by region and month, in which nobody can be found again.

What was done is counted in the month in which it was recorded, where it was done; what was taken
back is taken off in the month in which that happened. A province is the sum of its cities and of
what was done in it and told no city, and the whole is the sum of the provinces.

A number is told when on one day at least as many people did it there as the programme states.
Others are hidden; and so that none of them can be reckoned from a sum, of every sum no single
member is hidden alone: the next smallest goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeAlias

from behaviours.civil_time import months_later
from behaviours.refusal import Invalid
from behaviours.regions import lies_in
from behaviours.statistics_terms import LEAST


class MonthNotCounted(Invalid):
    """The month is not over yet, or nothing was counted by then."""


def check_counted(month: date, last: date | None) -> None:
    """Whether a month (its first day) is counted as a whole, up to ``last``: MonthNotCounted."""
    if last is None or month > last:
        raise MonthNotCounted(
            pointer="/month",
            month=f"{month:%Y-%m}",
            last="" if last is None else f"{last:%Y-%m}",
        )


def last_whole_month(counted: date) -> date:
    """The first day of the last month that is over with a day."""
    return months_later(counted + timedelta(days=1), -1).replace(day=1)


class MonthCount(NamedTuple):
    """What was done of a behaviour in a region, less what was taken back; ``people``: the most of
    one day."""

    region: str
    behaviour: str
    actions: int
    saved_mg: int
    people: int


class AreaTotal(NamedTuple):
    """How many, how much, and the most people of one day in one of its parts."""

    actions: int = 0
    saved_mg: int = 0
    people: int = 0

    def plus(self, other: AreaTotal | MonthCount) -> AreaTotal:
        return AreaTotal(
            self.actions + other.actions,
            self.saved_mg + other.saved_mg,
            max(self.people, other.people),
        )


class RegionSum(NamedTuple):
    """A region with what was done in it, by behaviour; None: it is hidden."""

    region: str
    total: AreaTotal | None
    behaviours: Mapping[str, AreaTotal | None]


class RegionTable(NamedTuple):
    """An area, its sum, and the regions that make it up."""

    whole: RegionSum
    parts: list[RegionSum]


# A region, ``SUM_OF`` a province, or everything (None); and a behaviour, or all (None).
_Key: TypeAlias = tuple[str | None, str | None]
_SUM_OF: Final = "sum of "


def table_of(counted: Iterable[MonthCount], area: str | None, *, least: int = LEAST) -> RegionTable:
    """An area (None: everything; a province; a city) with its parts.

    ``least``: of fewer people nothing is told; 0 is for who answers for the programme there, and
    sees each action anyway.
    """
    sums = _sums(counted)
    hidden = _hidden(sums, least) if least else set[_Key]()
    whole = area if area is None or not _is_province(area) else _SUM_OF + area
    parts = sorted(_parts(sums, area))
    return RegionTable(
        _row(sums, hidden, whole, area or ""),
        [_row(sums, hidden, each, each.removeprefix(_SUM_OF)) for each in parts],
    )


def _row(
    sums: Mapping[_Key, AreaTotal], hidden: set[_Key], region: str | None, name: str
) -> RegionSum:
    def told(key: _Key) -> AreaTotal | None:
        return None if key in hidden else sums.get(key, AreaTotal())

    behaviours = {
        behaviour: told((region, behaviour))
        for where, behaviour in sorted(sums, key=str)
        if where == region and behaviour is not None
    }
    return RegionSum(name, told((region, None)), behaviours)


def _parts(sums: Mapping[_Key, AreaTotal], area: str | None) -> set[str]:
    if area is None:
        return {each for each, _ in sums if each is not None and each.startswith(_SUM_OF)}
    if not _is_province(area):
        return set()
    leaves = {each for each, _ in sums if each is not None and not each.startswith(_SUM_OF)}
    return {each for each in leaves if lies_in(each, area)}


def _is_province(region: str) -> bool:
    return len(region) == len("CN-33")


def _above(key: _Key) -> list[_Key]:
    """The sums of which a number is a member."""
    region, behaviour = key
    above: list[_Key] = [] if behaviour is None else [(region, None)]
    if region is None:
        return above
    if not region.startswith(_SUM_OF):
        return [*above, (_SUM_OF + region[: len("CN-33")], behaviour)]
    return above if behaviour is not None else [(None, None)]


def _sums(counted: Iterable[MonthCount]) -> dict[_Key, AreaTotal]:
    sums: dict[_Key, AreaTotal] = {}
    for each in counted:
        province = _SUM_OF + each.region[: len("CN-33")]
        keys: tuple[_Key, ...] = (
            *((each.region, each.behaviour), (each.region, None)),
            *((province, each.behaviour), (province, None), (None, None)),
        )
        for key in keys:
            sums[key] = sums.get(key, AreaTotal()).plus(each)
    return sums


def _hidden(sums: Mapping[_Key, AreaTotal], least: int) -> set[_Key]:
    """What was done by too few, and what would tell it."""
    hidden = {key for key, each in sums.items() if each.people < least}
    members: dict[tuple[_Key, bool], list[_Key]] = {}
    for key in sums:
        for above in _above(key):
            # A province has two sums: of its behaviours, and of its regions.
            members.setdefault((above, above[0] == key[0]), [above]).append(key)
    while added := {
        min((each for each in line if each not in hidden), key=lambda each: _size(sums, each))
        for line in members.values()
        if len(line) > 1 and sum(each in hidden for each in line) == 1
    }:
        hidden |= added
    return hidden


def _size(sums: Mapping[_Key, AreaTotal], key: _Key) -> tuple[int, str]:
    return sums[key].actions, str(key)
