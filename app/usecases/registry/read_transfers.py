"""The public register's changes of hands."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import list_transfers
from rewards.registry.register import RegisteredTransfer


def read_transfers(
    connection: Connection, *, before: UUID | None, most: int
) -> list[RegisteredTransfer]:
    """Newest first; everybody may read them."""
    return list_transfers(connection, before=before, most=most)
