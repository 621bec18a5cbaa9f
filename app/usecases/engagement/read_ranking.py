"""Read who saved how much in an area and a period, of those who asked to be ranked."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.engagement.rankings import ranking_of
from behaviours.people import person_behind
from behaviours.rankings import Ranking, RankingPeriod
from behaviours.region_register import check_known
from behaviours.statistics_terms import StatisticsTerms
from behaviours.viewer import Viewer


def read_ranking(
    connection: Connection,
    period: RankingPeriod,
    *,
    region: str | None,
    viewer: Viewer,
    terms: StatisticsTerms,
    zone: ZoneInfo,
    now: datetime,
) -> Ranking:
    """The first places, and the viewer's own; of fewer people than ``terms`` say nothing.

    Refuses with UnknownRegion.
    """
    if region is not None:
        check_known(region, pointer="?region")
    return ranking_of(
        connection,
        period,
        region=region,
        reader=person_behind(viewer),
        least_people=terms.least_people,
        zone=zone,
        now=now,
    )
