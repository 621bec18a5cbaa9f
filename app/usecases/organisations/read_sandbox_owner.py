"""Read whose a sandbox is, from the books of the sandbox."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.platform.sandbox import owner_of_sandbox


def read_sandbox_owner(connection: Connection, organisation_id: UUID) -> UUID:
    """The provider whose organisation of the sandbox it is, by its id in the live books."""
    return owner_of_sandbox(connection, organisation_id)
