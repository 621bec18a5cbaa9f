"""Read whom a provider enrolled, and whether they are linked to a user of it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.own_lists import OwnPage, people_of
from behaviours.own_people import OwnPerson


def read_own_people(
    connection: Connection, provider_id: UUID, *, before: UUID | None, most: int
) -> list[OwnPerson]:
    """The newest account first, from before an id on; nobody who left."""
    return people_of(connection, OwnPage(provider_id, before, most))
