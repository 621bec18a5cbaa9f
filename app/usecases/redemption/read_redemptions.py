"""Read a person's redemptions."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.redemptions import of_person
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption


def read_redemptions(
    connection: Connection, viewer: Viewer, *, before: UUID | None, most: int
) -> list[Redemption]:
    """The person's own, however they were made, newest first."""
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return of_person(connection, viewer.tenant_id, before=before, limit=most)
