"""SQL of what is handed in of projects: rows are only added, and each content lies sealed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import public
from app.secrecy.files import file_key, open_part, part_name, seal_part
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.projects.project import ProjectProof

# The kind of a part, as its seal names it.
_KIND = "proof"
_ADD = text(insert_into("project_proof", ProjectProof._fields))
_ADD_FILE = text(insert_into("project_file", ("document_id", "project_id", "content")))
_PROOFS = text(
    f"select {', '.join(ProjectProof._fields)} from project_proof"  # noqa: S608 - names of columns
    " where project_id = :project_id order by document_id"
)
_CONTENT = text(
    "select content from project_file where project_id = :project_id and document_id = :document_id"
)


def add_proof(
    connection: Connection, proof: ProjectProof, content: bytes, *, identity_key: bytes
) -> None:
    """Keep a document, its content sealed."""
    name = part_name(proof.document_id, _KIND, 0)
    sealed = seal_part(file_key(identity_key), name, content)
    connection.execute(_ADD, proof._asdict())
    connection.execute(
        _ADD_FILE,
        {"document_id": proof.document_id, "project_id": proof.project_id, "content": sealed},
    )
    told = {"document": proof.kind, "sha256": proof.sha256.hex()}
    tell("project", public("prj", proof.project_id), told)


def proofs_of(connection: Connection, project_id: UUID) -> list[ProjectProof]:
    """What was handed in of a project, oldest first."""
    rows = connection.execute(_PROOFS, {"project_id": project_id})
    return [ProjectProof(*row)._replace(sha256=bytes(row.sha256)) for row in rows]


def proof_content(
    connection: Connection, project_id: UUID, document_id: UUID, *, identity_key: bytes
) -> bytes | None:
    """A document of a project as it was handed in; None: there is none."""
    asked = {"project_id": project_id, "document_id": document_id}
    sealed = connection.execute(_CONTENT, asked).scalar_one_or_none()
    if sealed is None:
        return None
    return open_part(file_key(identity_key), part_name(document_id, _KIND, 0), bytes(sealed))
