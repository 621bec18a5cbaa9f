"""Read which origins there are."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.origins import origins_page
from behaviours.exports.origins import RecordOrigin


def read_origins(connection: Connection, *, before: UUID | None, most: int) -> list[RecordOrigin]:
    """Every one, newest first, also those that wait or have ended: whose word is taken for what
    people did elsewhere is known to everybody."""
    return origins_page(connection, before=before, most=most)
