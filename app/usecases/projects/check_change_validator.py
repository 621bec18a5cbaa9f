"""Check that nothing stands in the way of who validates a change of a project's design."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.verifications import bodies_of
from app.usecases.projects.check_validator import check_validator
from behaviours.projects.project import VERIFIER, Project
from behaviours.projects.validation import ValidatorConflict
from behaviours.rules.in_force import ProgrammeRulebook


def check_change_validator(
    connection: Connection, project: Project, validator_id: UUID, rulebook: ProgrammeRulebook
) -> None:
    """Before it has the seat, and again when it judges; what it validates it does not verify
    (projects.md, E17). Raises ValidatorConflict."""
    check_validator(connection, project, validator_id, rulebook)
    if bodies_of(connection, project.project_id).get(validator_id) == VERIFIER:
        raise ValidatorConflict("verifies", pointer="/validator_id")
