"""Treat as lost what was issued of land that nobody verified for years."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import structlog

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.projects.calculations import newest_calculation
from app.store.projects.designs import find_design
from app.store.projects.issuances import last_issued
from app.store.projects.losses import add_loss, lock_issues, lock_unverified, losses_of
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.designed import facts_of
from behaviours.projects.loss import REPORTED, UNVERIFIED, Loss

PROJECTS_AT_ONCE = 20
_log = structlog.get_logger(__name__)


def lose_unverified(
    connection: Connection,
    *,
    deadlines: ProjectDeadlines,
    clock: Clock,
    most: int = PROJECTS_AT_ONCE,
) -> int:
    """Report all that is left as a loss, of at most ``most`` projects, which two people have yet to
    settle; nothing is issued of them meanwhile. Returns how many. Run it until 0.

    The next verification gives back what stands after all (projects.md, E11).
    """
    now = clock.now()
    found = lock_unverified(connection, before=deadlines.verified_since(now), most=most)
    for project_id, verified_before in found:
        add_loss(connection, _loss(connection, project_id, verified_before, deadlines, now))
        _log.warning(
            "project_unverified",
            project_id=public("prj", project_id),
            verified_before=verified_before.isoformat(),
        )
    return len(found)


def _loss(
    connection: Connection,
    project_id: UUID,
    verified_before: date,
    deadlines: ProjectDeadlines,
    now: datetime,
) -> Loss:
    issued = last_issued(connection, project_id)
    calculation = newest_calculation(connection, issued.period_id) if issued else None
    assert issued is not None, "something was issued of it"
    assert calculation is not None, "what was issued was computed"
    design = find_design(connection, project_id, calculation.design_number)
    assert design is not None, "what was computed was designed"
    facts, source = facts_of(design.content), deadlines.terms.unverified
    left = sum(each.credited_mg - each.lost_mg for each in lock_issues(connection, project_id))
    return Loss(
        project_id,
        len(losses_of(connection, project_id)) + 1,
        UNVERIFIED,
        verified_before,
        due_on=deadlines.today(now),
        strata=facts.strata,
        area_m2=facts.area_m2,
        # What was verified last is all that shows it.
        evidence=calculation.inputs_digest,
        text=f"{source.value} months: {source.source}",
        base_period_id=issued.period_id,
        inputs=calculation.inputs,
        inputs_digest=calculation.inputs_digest,
        lost_mg=left,
        state=REPORTED,
        reported_by=None,
        reported_at=now,
        state_at=now,
    )
