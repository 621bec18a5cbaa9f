"""Sign that a suspended project goes on, or that one is taken off the register."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import decisions_of, write_decision
from app.store.projects.designs import lock_land
from app.store.projects.issuances import outstanding_t
from app.store.signing import sign_by
from app.usecases.projects.check_meters_unowned import check_meters_unowned
from app.usecases.projects.free_meters import free_meters
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.projects.project import DEREGISTER, RESUME
from behaviours.projects.registration import SignedProject
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_project_step(
    connection: Connection,
    project_id: UUID,
    step: str,
    *,
    reason: str,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> SignedProject:
    """The project and the roles whose signature is missing; with none the step is taken, for the
    reason of who signed last.

    It goes on when nobody else owns its meters; off the register, where none of its units is
    outstanding, its meters are people's from the day after. Raises UnknownProject,
    ProjectStateConflict, UnitsOutstanding, InsideCoveredEmitter, DeclaredElsewhere and
    SamePersonTwice.
    """
    lock_land(connection)
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    if step == DEREGISTER:
        moved = project.deregistered(outstanding_t(connection, project_id), now=now)
    else:
        moved = project.move(step, now=now)
    assert project.number is not None, "what is on the register has a number"
    if step == RESUME:
        check_meters_unowned(connection, project, project.number, rulebook=rulebook)
    # A later suspension is lifted by signatures of its own.
    place = len(decisions_of(connection, project_id))
    awaiting = sign_by(connection, Matter("project", project_id, f"{step}:{place}"), by, now)
    if awaiting:
        return SignedProject(project, awaiting)
    if step == DEREGISTER:
        free_meters(connection, project, rulebook=rulebook, by=by, clock=clock)
    decided = write_decision(connection, moved, step, reason, by=by.user_id, now=now)
    return SignedProject(decided, [])
