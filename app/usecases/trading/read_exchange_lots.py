"""What somebody handed over to exchanges, or what stands at an exchange."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_lots import list_exchange_lots
from app.usecases.trading.see_lots import see_lots
from behaviours.viewer import Viewer
from rewards.trading.exchange_lot import SeenLot


def read_exchange_lots(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[SeenLot]:
    """Newest first; who answers for the programme reads everybody's."""
    tenant_id = None if viewer.sees_all else viewer.tenant_id
    assert viewer.sees_all or tenant_id is not None, "whoever does not see all is somebody"
    return see_lots(connection, list_exchange_lots(connection, tenant_id, before=before, most=most))
