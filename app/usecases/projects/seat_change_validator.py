"""Give a change of a design to who validates it, by name."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.projects.design_changes import write_design_change
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.projects.check_change_validator import check_change_validator
from app.usecases.projects.hold_design_change import hold_design_change
from app.usecases.projects.hold_project_in import hold_project_in
from behaviours.projects.design_change import DesignChange
from behaviours.projects.project import VALIDATING
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.pooling.refusals import UnknownVerifier


def seat_change_validator(
    connection: Connection,
    project_id: UUID,
    number: int,
    validator_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> DesignChange:
    """The change in validation.

    Raises UnknownProject, UnknownDesignChange, UnknownVerifier, DesignChangeStateConflict,
    ValidatorConflict, OrganisationSuspended, OrganisationPapersExpired and OrganisationClosed.
    """
    project = hold_project_in(connection, project_id, by=by)
    seated = hold_design_change(connection, project_id, number).seated(
        validator_id, now=clock.now()
    )
    known = organisation(connection, validator_id)
    if known is None or known.kind != VALIDATING:
        raise UnknownVerifier(pointer="/validator_id")
    check_taking_part(connection, [validator_id])
    check_change_validator(connection, project, validator_id, rulebook)
    write_design_change(connection, seated)
    return seated
