"""Check that nothing stands in the way of who validates a project, with the pool held."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers
from app.store.projects.validations import surroundings_of_project
from behaviours.projects.project import Project
from behaviours.projects.validation import ValidatorConflict
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.pooling.verifiers import APPROVED, about


def check_validator(
    connection: Connection, project: Project, validator_id: UUID, rulebook: ProgrammeRulebook
) -> list[str]:
    """What an approval by name sets aside; before it has the seat, and again when it judges.

    Raises ValidatorConflict for what nobody sets aside.
    """
    lock_verifiers(connection)
    behaviour = rulebook.version_by_digest(project.said.digest).behaviour
    around = surroundings_of_project(connection, project, behaviour)
    found = around.barred(validator_id, APPROVED)
    if found is not None:
        raise ValidatorConflict(
            found.reason, pointer="/validator_id", **about(validator_id, found.organisation_id)
        )
    return around.set_aside(validator_id)
