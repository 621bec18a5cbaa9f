"""Read the validation of a project: every attempt, opinion and finding."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.findings import OF_VALIDATIONS
from app.store.projects.validations import opinions_of, validations_of
from app.usecases.projects.read_project import read_project
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.validation import ProjectValidation, ValidationOpinion
from behaviours.viewer import Viewer


class ValidationRead(NamedTuple):
    """Every attempt in their order, how those ended that are over, and all findings."""

    attempts: list[ProjectValidation]
    opinions: list[ValidationOpinion]
    told: ToldFindings


def read_validation(connection: Connection, project_id: UUID, *, by: Viewer) -> ValidationRead:
    """Raises UnknownProject."""
    read_project(connection, project_id, by=by)
    return ValidationRead(
        validations_of(connection, project_id),
        opinions_of(connection, project_id),
        told_findings(connection, OF_VALIDATIONS, project_id),
    )
