"""How the proceeds of sales were shared, for everybody."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.proceeds import list_distributions
from rewards.trading.proceeds import Distribution


def read_distributions(
    connection: Connection, *, before: UUID | None, most: int
) -> list[Distribution]:
    """Newest first: totals, and nobody's share."""
    return list_distributions(connection, before=before, most=most)
