"""Read a document that was handed in of a project."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.proofs import proof_content
from app.usecases.projects.read_proofs import read_proofs
from behaviours.projects.project import ProjectProof, UnknownProof
from behaviours.viewer import Viewer


class OpenedProof(NamedTuple):
    """A document with its content."""

    document: ProjectProof
    content: bytes


def read_proof(
    connection: Connection,
    project_id: UUID,
    document_id: UUID,
    *,
    by: Viewer,
    identity_key: bytes,
) -> OpenedProof:
    """The document as it was handed in; raises UnknownProject and UnknownProof."""
    proofs = {each.document_id: each for each in read_proofs(connection, project_id, by=by)}
    content = proof_content(connection, project_id, document_id, identity_key=identity_key)
    if document_id not in proofs or content is None:
        raise UnknownProof("document")
    return OpenedProof(proofs[document_id], content)
