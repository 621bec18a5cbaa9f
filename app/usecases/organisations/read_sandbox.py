"""Read a provider's sandbox, from the books of the sandbox."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.store.database import Connection
from app.store.platform.sandbox import clients_of, find_sandbox
from behaviours.sandbox import OpenedSandbox, UnknownSandbox


def read_sandbox(
    connection: Connection, owner_id: UUID, *, kinds: Collection[str]
) -> OpenedSandbox:
    """With its clients, but not their secrets. Raises UnknownSandbox.

    Whether the asker may know of it is asked before: here nobody of the live books is known.
    """
    found = find_sandbox(connection, owner_id)
    if found is None:
        raise UnknownSandbox("sandbox")
    return OpenedSandbox(found, clients_of(connection, found), found.issuer(frozenset(kinds)).code)
