"""Read everything that a merchant stated of its stores."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.stores import own_statements
from rewards.redemption.stores import StatedStore


def read_own_stores(
    connection: Connection, merchant_id: UUID, *, before: UUID | None, most: int
) -> list[StatedStore]:
    """Newest first, with what does not hold yet or any more."""
    return own_statements(connection, merchant_id, before=before, most=most)
