"""Sign the registration of a project; the second of two signatures puts it on the register."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import (
    decisions_of,
    next_serial,
    write_decision,
)
from app.store.projects.designs import lock_land
from app.store.signing import sign_by
from app.usecases.projects.check_meters_unowned import OwnMeters, check_meters_unowned
from app.usecases.projects.check_meters_unreported import check_meters_unreported
from app.usecases.projects.freeze_dossier import freeze_dossier
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.recording.block_claims import block_claims
from behaviours.civil_time import civil_day
from behaviours.projects.project import REGISTER, Project
from behaviours.projects.registration import (
    SignedProject,
    project_number,
    project_stem,
)
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_registration(
    connection: Connection,
    project_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    prefix: str,
    by: Viewer,
    clock: Clock,
) -> SignedProject:
    """The project and the roles whose signature is missing; with none it is registered.

    Its meters are declared as the project's own: who reports by one of them at the same moment
    comes before, and the registration is refused, or after, and is refused. Raises UnknownProject,
    ProjectStateConflict, InsideCoveredEmitter, DeclaredElsewhere, MeterReportedByPeople and
    SamePersonTwice.
    """
    lock_land(connection)
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(REGISTER, now=now)
    asked = decisions_of(connection, project_id)[-1]
    frozen = freeze_dossier(connection, project)
    assert frozen.digest == asked.digest, "what registration was asked for is frozen"
    stem = project_stem(prefix, civil_day(now, rulebook.zone))
    number = project_number(stem, next_serial(connection, stem))
    own = check_meters_unowned(connection, project, number, rulebook=rulebook)
    check_meters_unreported(connection, own.meters, rulebook)
    matter = Matter("project", project_id, f"{REGISTER}:{asked.digest.hex()}")
    awaiting = sign_by(connection, matter, by, now)
    if awaiting:
        return SignedProject(project, awaiting)
    return SignedProject(
        _registered(connection, project, number, own, rulebook, by=by, clock=clock, now=now), []
    )


def _registered(
    connection: Connection,
    project: Project,
    number: str,
    own: OwnMeters,
    rulebook: ProgrammeRulebook,
    *,
    by: Viewer,
    clock: Clock,
    now: datetime,
) -> Project:
    block_claims(
        connection,
        [(each.digest, each.said, each.claims) for each in own.meters],
        zone=rulebook.zone,
        declared_by=by.user_id,
        clock=clock,
    )
    moved = project.registered(number, own.last + timedelta(days=1), now=now)
    return write_decision(connection, moved, REGISTER, "", by=by.user_id, now=now)
