"""What a person's reductions were sold for, and the person's share of it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.proceeds import shares_of
from behaviours.viewer import Viewer
from rewards.trading.proceeds import OwnShare


def read_own_proceeds(
    connection: Connection, viewer: Viewer, *, before: UUID | None, most: int
) -> list[OwnShare]:
    """The person's own shares, newest first."""
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return shares_of(connection, viewer.tenant_id, before=before, most=most)
