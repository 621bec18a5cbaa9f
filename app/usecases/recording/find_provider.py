"""Find the provider that an import is for."""

from __future__ import annotations

from uuid import UUID

from app.ids import UnknownId, parse
from app.store.database import Connection
from app.store.organisations.credentials import find_client, organisation_kinds
from behaviours.refusal import Kind, Refusal


class NotAProvider(Refusal):
    """An import names something else than a provider."""

    kind = Kind.UNKNOWN
    code = "NOT_A_PROVIDER"


def find_provider(connection: Connection, name: str) -> UUID:
    """The provider of an id (``org_…``) or of a client id; raises NotAProvider."""
    if name.startswith("org_"):
        try:
            organisation_id = parse("org", name)
        except UnknownId:
            organisation_id = None
    else:
        client = find_client(connection, name)
        organisation_id = client.organisation_id if client else None
    if (
        organisation_id
        and organisation_kinds(connection, [organisation_id]).get(organisation_id) == "provider"
    ):
        return organisation_id
    raise NotAProvider(
        f"There is no provider {name!r}. Give its client id, or its id (org_ and 32 characters)."
    )
