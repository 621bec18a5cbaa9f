"""Read to which city somebody who acts for the programme is limited."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.staff_areas import area_of


def read_area(connection: Connection, user_id: UUID) -> str | None:
    """The city as it is now; None is no limit."""
    return area_of(connection, user_id)
