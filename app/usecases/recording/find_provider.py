"""Find the provider that an import is for."""

from __future__ import annotations

from uuid import UUID

from app.ids import UnknownId, parse
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds, owner_of_client
from behaviours.file_refusals import NotAProvider


def find_provider(connection: Connection, name: str) -> UUID:
    """The provider of an id (``org_…``) or of a client id; raises NotAProvider."""
    if name.startswith("org_"):
        try:
            organisation_id = parse("org", name)
        except UnknownId:
            organisation_id = None
    else:
        organisation_id = owner_of_client(connection, name)
    if (
        organisation_id
        and organisation_kinds(connection, [organisation_id]).get(organisation_id) == "provider"
    ):
        return organisation_id
    raise NotAProvider(name=name)
