"""What waits for money, or for word of it: unpaid, paid and not confirmed, ended unconfirmed."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.trading.trades import waiting_trades
from behaviours.viewer import Viewer
from rewards.trading.trade import SeenTrade, SoughtTrades


def read_waiting_trades(
    connection: Connection,
    wanted: SoughtTrades,
    *,
    viewer: Viewer,
    after: UUID | None,
    most: int,
) -> list[SeenTrade]:
    """The oldest order first: the viewer's own, or all of them for who answers for it."""
    tenant_id = None if viewer.sees_all else viewer.tenant_id
    assert viewer.sees_all or tenant_id is not None, "whoever does not see all is somebody"
    found = waiting_trades(connection, tenant_id, wanted, after=after, most=most)
    stand = counterparties(connection, {one for each in found for one in each.named})
    return [SeenTrade.of(each, stand) for each in found]
