"""Read users: of one's organisation; who acts for the programme sees all."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.users import list_staff
from behaviours.users import User
from behaviours.viewer import Viewer


def read_users(
    connection: Connection,
    *,
    by: Viewer,
    organisation_id: UUID | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[User]:
    """Users in ``state``, or in any, newest first; of an organisation that is not the asker's:
    none."""
    if not by.sees_all:
        if organisation_id not in (None, by.tenant_id):
            return []
        organisation_id = by.tenant_id
    return list_staff(
        connection, organisation_id=organisation_id, state=state, before=before, most=most
    )
