"""Read who applied to take part, for those who decide."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.applications import SoughtApplications, list_applications
from behaviours.admission import OrganisationApplication


def read_applications(
    connection: Connection,
    *,
    state: str | None,
    credit_code: str | None,
    before: UUID | None,
    most: int,
) -> list[OrganisationApplication]:
    """Applications in ``state`` and by a credit code, or in any and by all, newest first."""
    sought = SoughtApplications(state, credit_code)
    return list_applications(connection, sought, before=before, most=most)
