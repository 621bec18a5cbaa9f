"""What the viewer negotiates; who answers for the programme sees every negotiation."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.trading.negotiations import list_negotiations
from behaviours.viewer import Viewer
from rewards.trading.negotiation import SeenNegotiation


def read_negotiations(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[SeenNegotiation]:
    """Newest first, each with how those whom it names stand."""
    tenant_id = None if viewer.sees_all else viewer.tenant_id
    assert viewer.sees_all or tenant_id is not None, "whoever does not see all is somebody"
    found = list_negotiations(connection, tenant_id, before=before, most=most)
    stand = counterparties(connection, {one for each in found for one in each.named})
    return [SeenNegotiation.of(each, stand) for each in found]
