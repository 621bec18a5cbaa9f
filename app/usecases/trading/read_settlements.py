"""Settlements that an exchange sent."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_settlements import counted, list_settlements
from behaviours.viewer import Viewer
from rewards.trading.exchange_settlement import CountedSettlement


def read_settlements(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[CountedSettlement]:
    """The viewer's own, newest first; who answers for the programme reads everybody's."""
    tenant_id = None if viewer.sees_all else viewer.tenant_id
    assert viewer.sees_all or tenant_id is not None, "whoever does not see all is somebody"
    return counted(connection, list_settlements(connection, tenant_id, before=before, most=most))
