"""Keep the report that comes with an opinion, as a document of the project."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.projects.proofs import add_proof
from behaviours.projects.project import VALIDATION_REPORT, ProjectProof
from behaviours.projects.validation import NewValidationOpinion


def add_validation_report(
    connection: Connection,
    project_id: UUID,
    said: NewValidationOpinion,
    *,
    by: UUID,
    identity_key: bytes,
    now: datetime,
) -> ProjectProof:
    """The document as it is kept, sealed."""
    digest = hashlib.sha256(said.content).digest()
    about = VALIDATION_REPORT, said.media_type, len(said.content), digest
    report = ProjectProof(new_id(), project_id, *about, by, now)
    add_proof(connection, report, said.content, identity_key=identity_key)
    return report
