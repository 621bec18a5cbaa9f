"""Put together what a registration rests on, of a held project, and its digest."""

from __future__ import annotations

from app.store.database import Connection
from app.store.projects.notices import notices_of
from app.store.projects.proofs import proofs_of
from app.store.projects.validations import opinions_of, validations_of
from behaviours.projects.design_written import digest_of
from behaviours.projects.project import Project
from behaviours.projects.registration import Dossier, dossier_of


def freeze_dossier(connection: Connection, project: Project) -> Dossier:
    """Of a project with a notice and a concluded validation."""
    content = dossier_of(
        project,
        notices_of(connection, project.project_id)[-1],
        validations_of(connection, project.project_id)[-1],
        opinions_of(connection, project.project_id)[-1],
        proofs_of(connection, project.project_id),
    )
    return Dossier(content, digest_of(content))
