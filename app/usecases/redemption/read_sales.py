"""Read what a merchant sold, the last captured first."""

from __future__ import annotations

from app.store.database import Connection
from app.store.redemption.redemptions import sales_of
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption
from rewards.redemption.sales import SoughtSales


def read_sales(
    connection: Connection, viewer: Viewer, wanted: SoughtSales, *, most: int
) -> list[Redemption]:
    """The merchant's own, at tills and online, up to ``most``; nothing about the people."""
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    return sales_of(connection, viewer.tenant_id, wanted, limit=most)
