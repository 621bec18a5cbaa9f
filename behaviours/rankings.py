"""Rankings: who saved how much in an area and a period, of those who asked to be in it.

Whoever wants to be ranked says so, to a published text of its own, and chooses a pseudonym; nothing
else of them is shown, and nothing follows from a place: no points, no grams, nothing that could be
taken from one and given to another. For a child the guardian says so. Who lives in the area is in
it, by what they saved in the period wherever they did it; equal sums have the same place. Below so
many people as the programme's statistics tell nothing of, nothing is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, months_later, start_of_day
from behaviours.engagement import LiveSum
from behaviours.refusal import Conflict, Invalid, UnknownId

# So many places are listed; one's own is told wherever it is.
PLACES_SHOWN: Final = 100
_MONTHS_OF_A_YEAR: Final = 12
_PERIOD: Final = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?")


class UnknownEntry(UnknownId):
    """The person is not in the rankings."""

    cases = ("ranking",)


class PseudonymTaken(Conflict):
    """Somebody else is in the rankings by this name, or by one that reads alike."""


class InRankings(Conflict):
    """The person is in the rankings already; for another name they leave first."""


class RankingPeriodWrong(Invalid):
    """It is neither a civil month nor a civil year, or it has not begun."""

    cases = ("form", "future")


@dataclass(frozen=True, slots=True)
class RankingEntry:
    """That somebody is in the rankings, by which name and text; the name goes with the entry."""

    entry_id: UUID
    pseudonym: str | None
    text_version: str
    agreed_by: str
    agreed_at: datetime
    ended_at: datetime | None = None


class RankingPeriod(NamedTuple):
    """A civil month or year of the programme: its name, its first day, and the day after it."""

    name: str
    first_day: date
    ends_before: date

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """When it begins, and when it is over."""
        return start_of_day(self.first_day, zone), start_of_day(self.ends_before, zone)


class RankedPerson(NamedTuple):
    """A place, who has it by the name that they chose, and what they saved."""

    place: int
    pseudonym: str
    done: LiveSum
    is_own: bool


class Ranking(NamedTuple):
    """The first places in their order, and one's own; ``people`` None: too few to show anything."""

    people: int | None
    places: tuple[RankedPerson, ...]
    own: RankedPerson | None


UNSHOWN: Final = Ranking(None, (), None)


def period_named(name: str, now: datetime, zone: ZoneInfo) -> RankingPeriod:
    """The period that ``2026-11`` or ``2026`` names. Raises RankingPeriodWrong."""
    found = _PERIOD.fullmatch(name)
    if found is None:
        raise RankingPeriodWrong("form", pointer="?period")
    first = date(int(found[1]), int(found[2] or 1), 1)
    if first > civil_day(now, zone):
        raise RankingPeriodWrong("future", pointer="?period")
    return RankingPeriod(name, first, months_later(first, 1 if found[2] else _MONTHS_OF_A_YEAR))


def this_month(now: datetime, zone: ZoneInfo) -> str:
    """The name of the civil month that is now."""
    return f"{civil_day(now, zone):%Y-%m}"
