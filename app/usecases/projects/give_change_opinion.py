"""Give the opinion on a change of a design, with its report."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.design_changes import write_design_change
from app.store.projects.verifications import add_body
from app.usecases.projects.add_validation_report import add_validation_report
from app.usecases.projects.check_change_validator import check_change_validator
from app.usecases.projects.hold_design_change import hold_design_change
from app.usecases.projects.hold_project_for import hold_project_for
from behaviours.paper_formats import check_document
from behaviours.projects.design_change import VALIDATED, DesignChange, UnknownDesignChange
from behaviours.projects.project import VALIDATOR
from behaviours.projects.validation import NewValidationOpinion
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def give_change_opinion(
    connection: Connection,
    project_id: UUID,
    number: int,
    said: NewValidationOpinion,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    identity_key: bytes,
    clock: Clock,
) -> DesignChange:
    """The change, validated or found wrong; who validated it verifies none of the periods.

    Raises DocumentUnfit, UnknownDesignChange for everybody but who validates it,
    DesignChangeStateConflict, ValidatorConflict and what ``hold_project_for`` raises.
    """
    check_document(said.content, said.media_type, pointer="/content")
    project = hold_project_for(connection, project_id, by=by)
    change = hold_design_change(connection, project_id, number)
    validator_id = change.validator_id
    if validator_id is None or by.tenant_id != validator_id:
        raise UnknownDesignChange("design_change")
    now = clock.now()
    assert by.user_id is not None, "whoever gives an opinion has a name"
    report = add_validation_report(
        connection, project_id, said, by=by.user_id, identity_key=identity_key, now=now
    )
    opined = change.opined(said.verdict, said.statement, report.sha256, now=now)
    check_change_validator(connection, project, validator_id, rulebook)
    if opined.state == VALIDATED:
        add_body(connection, project_id, validator_id, VALIDATOR, now=now)
    write_design_change(connection, opined)
    return opined
