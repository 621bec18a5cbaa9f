"""Read which bundles somebody verifies or has verified, up to the seal."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.seat_ends import seated_bundles


def read_seated_bundles(connection: Connection, *, after: UUID | None, most: int) -> Sequence[UUID]:
    """Their ids in order, after one of them."""
    return seated_bundles(connection, after=after, most=most)
