"""On which sides of a trade somebody stands."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.organisations import organisation
from behaviours.viewer import Viewer
from rewards.trading.trade import Party, Trade


def read_parties(connection: Connection, trade: Trade, *, viewer: Viewer) -> frozenset[Party]:
    """Buyer, seller, or the exchange that settles it; none of them for everybody else."""
    known = organisation(connection, viewer.tenant_id) if viewer.tenant_id else None
    return trade.parties(viewer, kind=known.kind if known else None)
