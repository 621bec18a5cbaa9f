"""Read which papers run out within so many days: one's own, or of all for the programme."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.running_papers import list_running
from behaviours.civil_time import civil_day
from behaviours.paper_terms import PaperTerms
from behaviours.paper_validity import ListedPaper, PaperPlace
from behaviours.viewer import Viewer

# How far ahead is looked at most: ten years of contracts and licences.
MOST_WITHIN_DAYS: Final = 3_660


class SeenPaper(NamedTuple):
    """A paper that runs out, the first day on which nothing new begins for want of another (None:
    the organisation can do without it), and the civil day on which that is read."""

    listed: ListedPaper
    stops_on: date | None
    today: date


def read_running_papers(
    connection: Connection,
    *,
    by: Viewer,
    within_days: int | None,
    terms: PaperTerms,
    zone: ZoneInfo,
    clock: Clock,
    after: PaperPlace | None,
    most: int,
) -> list[SeenPaper]:
    """Papers that ran out, or will within so many days of the programme's zone; None: as the terms
    say. The first to run out comes first."""
    today = civil_day(clock.now(), zone)
    days = terms.listed_within_days if within_days is None else within_days
    own = None if by.sees_all else by.tenant_id
    found = list_running(
        connection, own, until=today + timedelta(days=days), after=after, most=most
    )
    return [SeenPaper(each, each.stops_on(terms), today) for each in found]
