"""Give the opinion of a validation, with its report; every attempt stays."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.findings import OF_VALIDATIONS, findings_of
from app.store.projects.projects import write_project
from app.store.projects.validations import add_opinion, validations_of
from app.store.projects.verifications import add_body
from app.usecases.projects.add_validation_report import add_validation_report
from app.usecases.projects.check_validator import check_validator
from app.usecases.projects.hold_project_judged import hold_project_judged
from behaviours.paper_formats import check_document
from behaviours.projects.finding import check_settled
from behaviours.projects.project import VALIDATOR, Project
from behaviours.projects.validation import (
    POSITIVE,
    VALIDATION_STEPS,
    NewValidationOpinion,
    ValidationOpinion,
)
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def give_validation_opinion(
    connection: Connection,
    project_id: UUID,
    said: NewValidationOpinion,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    identity_key: bytes,
    clock: Clock,
) -> Project:
    """The project, validated, returned or refused.

    Raises DocumentUnfit, ProjectStateConflict, ValidatorConflict for a tie that was declared
    meanwhile, FindingOpen for a positive one, and what ``hold_project_judged`` raises.
    """
    check_document(said.content, said.media_type, pointer="/content")
    project = hold_project_judged(connection, project_id, by=by)
    now = clock.now()
    moved = project.move(VALIDATION_STEPS[said.verdict], now=now)
    if project.validator_id is not None:
        check_validator(connection, project, project.validator_id, rulebook)
    attempt = len(validations_of(connection, project_id))
    if said.verdict == POSITIVE:
        check_settled(findings_of(connection, OF_VALIDATIONS, project_id))
        if project.validator_id is not None:
            # It verifies none of the project's periods.
            add_body(connection, project_id, project.validator_id, VALIDATOR, now=now)
    assert by.user_id is not None, "whoever gives an opinion has a name"
    report = add_validation_report(
        connection, project_id, said, by=by.user_id, identity_key=identity_key, now=now
    )
    opinion = ValidationOpinion(
        project_id,
        attempt,
        said.verdict,
        said.statement,
        report.document_id,
        report.sha256,
        by.user_id,
        now,
    )
    add_opinion(connection, opinion)
    write_project(connection, moved)
    return moved
