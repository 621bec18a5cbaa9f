"""Raise findings in a validation: what is unclear, wrong, or to be done later."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.projects.findings import OF_VALIDATIONS, add_findings
from app.store.projects.validations import validations_of
from app.usecases.projects.hold_project_judged import hold_project_judged
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.finding import NewFinding, ProjectFinding
from behaviours.projects.project import RAISE_FINDINGS
from behaviours.viewer import Viewer


def raise_validation_findings(
    connection: Connection,
    project_id: UUID,
    said: Sequence[NewFinding],
    *,
    by: Viewer,
    clock: Clock,
) -> ToldFindings:
    """Every finding of the project. Raises ProjectStateConflict and what ``hold_project_judged``
    raises."""
    project = hold_project_judged(connection, project_id, by=by)
    now = clock.now()
    project.move(RAISE_FINDINGS, now=now)
    assert by.user_id is not None, "whoever finds has a name"
    attempt = len(validations_of(connection, project_id))
    made = [
        ProjectFinding(identifier, project_id, attempt, *each, by.user_id, now)
        for identifier, each in zip(new_ids(len(said)), said, strict=True)
    ]
    add_findings(connection, OF_VALIDATIONS, project_id, made)
    return told_findings(connection, OF_VALIDATIONS, project_id)
