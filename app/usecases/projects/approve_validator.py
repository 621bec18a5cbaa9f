"""Approve who validates a project by name: the authority, with a reason."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.projects.check_validator import check_validator
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.projects.seat_validator import seat_validator
from behaviours.projects.project import SEAT, VALIDATING, Project
from behaviours.projects.validation import APPROVED
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.pooling.refusals import UnknownVerifier


def approve_validator(
    connection: Connection,
    project_id: UUID,
    validator_id: UUID,
    *,
    reason: str,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> Project:
    """The project in validation. What the approval sets aside is on record: that it is not of the
    pool, or not for such rules; no tie is.

    Raises UnknownProject, UnknownVerifier, ProjectStateConflict, ValidatorConflict,
    OrganisationSuspended, OrganisationPapersExpired and OrganisationClosed.
    """
    project = hold_project_in(connection, project_id, by=by)
    now = clock.now()
    project.move(SEAT, now=now)
    known = organisation(connection, validator_id)
    if known is None or known.kind != VALIDATING:
        raise UnknownVerifier(pointer="/validator_id")
    check_taking_part(connection, [validator_id])
    said = {"set_aside": [*check_validator(connection, project, validator_id, rulebook)]}
    return seat_validator(
        connection, project, validator_id, APPROVED, said, reason=reason, by=by, now=now
    )
