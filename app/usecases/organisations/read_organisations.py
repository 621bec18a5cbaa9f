"""Read organisations: who takes part, by name; everybody whom a route admits may know."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import list_organisations
from behaviours.standing import OrganisationStanding


def read_organisations(
    connection: Connection, *, kind: str | None, before: UUID | None, most: int
) -> list[OrganisationStanding]:
    """Organisations of ``kind``, or of all kinds, newest first, from the one before ``before``."""
    return list_organisations(connection, kind=kind, before=before, most=most)
