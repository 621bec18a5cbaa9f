"""Let organisations stand as their papers say: nothing new begins once a needed one ran out."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.running_papers import due_by_papers
from app.store.organisations.standing import hold_standings
from app.usecases.organisations.settle_standings import settle_standings
from behaviours.civil_time import civil_day
from behaviours.paper_terms import PaperTerms

ORGANISATIONS_AT_ONCE = 200


def expire_papers(
    connection: Connection,
    *,
    terms: PaperTerms,
    zone: ZoneInfo,
    clock: Clock,
    most: int = ORGANISATIONS_AT_ONCE,
) -> int:
    """Move at most ``most`` that are due; returns how many were looked at. Run it until it is 0.

    No token ends by it and no book is touched. Whoever accepts a paper at the same moment comes
    before, and nothing follows, or after, and brings the organisation back.
    """
    due = due_by_papers(connection, terms, today=civil_day(clock.now(), zone), most=most)
    if due:
        held = hold_standings(connection, due)
        # Read after the wait for the locks: what is over by now is over.
        settle_standings(connection, held, by=None, terms=terms, zone=zone, now=clock.now())
    return len(due)
