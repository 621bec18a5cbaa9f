"""Read a document that an organisation handed in."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.papers import document_content
from app.usecases.organisations.read_application import read_application
from behaviours.organisation_papers import OrganisationDocument, UnknownDocument
from behaviours.viewer import Viewer


class OpenedDocument(NamedTuple):
    """A document with its content."""

    document: OrganisationDocument
    content: bytes


def read_document(
    connection: Connection,
    organisation_id: UUID,
    document_id: UUID,
    *,
    by: Viewer,
    identity_key: bytes,
) -> OpenedDocument:
    """The document as it was handed in; raises UnknownApplication and UnknownDocument."""
    papers = read_application(connection, organisation_id, by=by)
    found = {each.document_id: each for each in papers.documents}.get(document_id)
    content = document_content(connection, organisation_id, document_id, identity_key=identity_key)
    if found is None or content is None:
        raise UnknownDocument("document")
    return OpenedDocument(found, content)
