"""Read which identity services there are."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.identity_services import services_page
from behaviours.identity_services import IdentityService


def read_identity_services(
    connection: Connection, *, before: UUID | None, most: int
) -> list[IdentityService]:
    """Every one, newest first, also those that wait or have ended: whoever can open accounts is
    known to everybody."""
    return services_page(connection, before=before, limit=most)
