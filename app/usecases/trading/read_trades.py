"""What the viewer bought or sold, or what was closed at it; who answers for the programme sees
every trade."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.trading.trades import list_trades
from behaviours.viewer import Viewer
from rewards.trading.trade import SeenTrade


def read_trades(
    connection: Connection,
    *,
    viewer: Viewer,
    exchange_id: UUID | None,
    before: UUID | None,
    most: int,
) -> list[SeenTrade]:
    """Newest first, each with how those whom it names stand; with ``exchange_id`` its alone."""
    tenant_id = None if viewer.sees_all else viewer.tenant_id
    assert viewer.sees_all or tenant_id is not None, "whoever does not see all is somebody"
    found = list_trades(connection, tenant_id, exchange_id=exchange_id, before=before, most=most)
    stand = counterparties(connection, {one for each in found for one in each.named})
    return [SeenTrade.of(each, stand) for each in found]
