"""Submit a project: what it says of itself stands from then on."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.projects import write_project
from app.store.projects.proofs import proofs_of
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.civil_time import civil_day
from behaviours.projects.applying import check_taken
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def submit_project(
    connection: Connection,
    project_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The project that awaits its design. Its rule is in force still.

    Raises ProjectStateConflict, ProofMissing, EntrustmentMissing, MethodologyNotInForce and what
    ``hold_project_of`` raises.
    """
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    kinds = {each.kind for each in proofs_of(connection, project_id)}
    submitted = project.submitted(kinds, now=now)
    version = rulebook.version_by_digest(project.said.digest)
    check_taken(rulebook, version, project.said.region, on=civil_day(now, rulebook.zone))
    write_project(connection, submitted)
    return submitted
