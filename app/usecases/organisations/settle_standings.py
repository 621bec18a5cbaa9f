"""Bring organisations to stand as their papers say: the one place where that is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.organisations.running_papers import running_of
from app.store.organisations.standing import keep_standing_steps, write_standings
from app.store.outbox.writing import wake_tasks
from behaviours.civil_time import civil_day
from behaviours.paper_terms import PaperTerms
from behaviours.paper_validity import moved_by_papers
from behaviours.standing import RENEW_PAPERS, OrganisationStanding, StandingStep
from behaviours.users import User


def settle_standings(
    connection: Connection,
    held: Sequence[OrganisationStanding],
    *,
    by: User | None,
    terms: PaperTerms,
    zone: ZoneInfo,
    now: datetime,
) -> list[OrganisationStanding]:
    """Those of the held organisations that stand otherwise from now on; ``by`` None: by time.

    What one of them had begun goes on with its standing.
    """
    papers = running_of(connection, [each.organisation_id for each in held])
    today = civil_day(now, zone)
    moved = []
    for each in held:
        after = moved_by_papers(each, papers[each.organisation_id], terms, today=today, now=now)
        if after is not None:
            moved.append(after)
    taken_by, role = (by.user_id, by.role) if by else (None, None)
    write_standings(connection, [each for each, _ in moved])
    keep_standing_steps(
        connection,
        {
            each.organisation_id: StandingStep(step, None, None, taken_by, role, now)
            for each, step in moved
        },
    )
    back = [each.organisation_id for each, step in moved if step == RENEW_PAPERS]
    wake_tasks(connection, back, now=now)
    return [each for each, _ in moved]
