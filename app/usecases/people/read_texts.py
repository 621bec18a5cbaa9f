"""Read texts: everything that people can, or once could, agree to."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.texts import published_page
from behaviours.texts import AgreedWords


def read_texts(connection: Connection, *, before: UUID | None, most: int) -> list[AgreedWords]:
    """Published texts, newest first."""
    return published_page(connection, before=before, limit=most)
