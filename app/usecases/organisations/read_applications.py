"""Read who applied to take part, for those who decide."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.applications import list_applications
from behaviours.admission import OrganisationApplication


def read_applications(
    connection: Connection, *, state: str | None, before: UUID | None, most: int
) -> list[OrganisationApplication]:
    """Applications in ``state``, or in any, newest first."""
    return list_applications(connection, state=state, before=before, most=most)
