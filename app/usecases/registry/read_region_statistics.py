"""Read what was done in a month by region: as anybody may, or as who answers for it does."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from app.store.database import Connection
from app.store.registry.region_months import counts_of, last_counted_day
from behaviours.region_register import check_known
from behaviours.regional_statistics import RegionTable, check_counted, last_whole_month, table_of
from behaviours.staff_areas import area_within
from behaviours.statistics_terms import StatisticsTerms
from behaviours.viewer import Viewer


class RegionStatistics(NamedTuple):
    """A month by its first day, the area, what was done there, and of how few nothing is told."""

    month: date
    area: str | None
    table: RegionTable
    least: int


def read_region_statistics(
    connection: Connection,
    month: date | None,
    area: str | None,
    *,
    viewer: Viewer | None,
    terms: StatisticsTerms,
) -> RegionStatistics:
    """The month (None: the last that is counted as a whole) in an area (None: everywhere).

    ``viewer`` None: as anybody may read it, small numbers hidden. Who answers for the programme
    reads all of it, and of a city that city alone. Raises UnknownRegion, NotOfACity and
    MonthNotCounted.
    """
    if area is not None:
        check_known(area)
    if viewer is not None:
        area = area_within(viewer.area, area)
    counted = last_counted_day(connection)
    last = None if counted is None else last_whole_month(counted)
    wanted = month or last or date.min
    check_counted(wanted, last)
    least = terms.least_people if viewer is None else 0
    table = table_of(counts_of(connection, wanted), area, least=least)
    return RegionStatistics(wanted, area, table, least)
