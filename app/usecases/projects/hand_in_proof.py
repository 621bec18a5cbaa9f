"""Hand in a document of a project: tenure, grid connection, entrustment, or what supports it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.projects.proofs import add_proof, proofs_of
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.paper_formats import check_document
from behaviours.projects.project import ProjectProof
from behaviours.viewer import Viewer


class NewProof(NamedTuple):
    """A document as it is sent, in the format that it is said to have."""

    kind: str
    media_type: str
    content: bytes


def hand_in_proof(
    connection: Connection,
    project_id: UUID,
    new: NewProof,
    *,
    by: Viewer,
    identity_key: bytes,
    clock: Clock,
) -> ProjectProof:
    """The document as it is kept; one that was handed in before as the same is that one.

    Raises DocumentUnfit, ProjectStateConflict and what ``hold_project_of`` raises.
    """
    check_document(new.content, new.media_type, pointer="/content")
    project = hold_project_of(connection, project_id, by=by)
    project.check_takes_proofs(new.kind)
    digest = hashlib.sha256(new.content).digest()
    for each in proofs_of(connection, project_id):
        if (each.kind, each.sha256) == (new.kind, digest):
            return each
    assert by.user_id is not None, "whoever hands in has a name"
    proof = ProjectProof(
        new_id(),
        project_id,
        new.kind,
        new.media_type,
        len(new.content),
        digest,
        by.user_id,
        clock.now(),
    )
    add_proof(connection, proof, new.content, identity_key=identity_key)
    return proof
