"""Where recorded mass went: as anybody may read it, and as who answers for it does."""

from __future__ import annotations

from collections.abc import Sequence, Set as AbstractSet
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.registry.flow import (
    CountedMonth,
    CountedSums,
    booked_mass,
    counted,
    end_of,
    fewest_reversing,
    issued_mass,
    reversed_late,
)
from behaviours.civil_time import month_end
from behaviours.regional_statistics import last_whole_month
from behaviours.statistics_terms import StatisticsTerms
from rewards.registry.flow import MassFlow, RecordedMass, flow_of


class ReadFlow(NamedTuple):
    """The flow up to and including a civil day; of fewer people than ``least`` nothing is told."""

    until: date
    ends_at: datetime
    flow: MassFlow
    least: int
    # Whether what people recorded is left out, and whether its parts are not told apart.
    hidden: bool
    merged: bool


def read_flow(
    connection: Connection,
    *,
    of_points_only: AbstractSet[str],
    zone: ZoneInfo,
    terms: StatisticsTerms | None,
) -> ReadFlow | None:
    """The flow since the beginning; None while no day was counted.

    ``of_points_only`` are the behaviours that are rewarded and never bundled. ``terms`` None: for
    who answers for the programme, everything up to the last closed day. Anybody else reads whole
    months, up to the last one in which enough people did something on one day, so that nobody can
    tell from two answers what fewer did between them.
    """
    found = counted(connection)
    if found is None:
        return None
    least = terms.least_people if terms else 0
    until = _until(found, least)
    told = until or found.day
    ends_at = end_of(connection, told)
    recorded = None
    if until is not None:
        late = reversed_late(connection, until=ends_at)
        few = bool(least) and fewest_reversing(connection, until=ends_at, zone=zone.key) < least
        months = [each for each in found.months if each.month <= until]
        recorded = _recorded(months, of_points_only, late=late, least=least, few=few)
    booked = booked_mass(connection, until=ends_at)
    flow = flow_of(recorded, booked, issued_mass(connection, until=ends_at))
    merged = recorded is not None and None in recorded
    return ReadFlow(told, ends_at, flow, least, recorded is None, merged)


def _until(found: CountedSums, least: int) -> date | None:
    """The last day that is told of what people did."""
    if not least:
        return found.day
    last = last_whole_month(found.day)
    enough = [each.month for each in found.months if each.month <= last and each.people >= least]
    return month_end(max(enough)) if enough else None


def _recorded(
    months: Sequence[CountedMonth],
    of_points_only: AbstractSet[str],
    *,
    late: int,
    least: int,
    few: bool,
) -> RecordedMass:
    """What was recorded; what too few people did, or had taken back, is not told apart."""
    saved = sum(each.saved_mg for each in months)
    taken_back = sum(each.reversed_mg for each in months) - late
    most: dict[tuple[date, bool], int] = {}
    for each in months:
        group = each.month, each.behaviour in of_points_only
        most[group] = max(most.get(group, 0), each.people)
    points_only = sum(
        each.saved_mg - each.reversed_mg for each in months if each.behaviour in of_points_only
    )
    return RecordedMass(
        # What is not told as taken back is left out of what was recorded.
        saved - taken_back if few else saved,
        points_only if min(most.values(), default=0) >= least else None,
        None if few else taken_back,
    )
