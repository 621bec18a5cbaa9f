"""Which lines of a settlement are to be dealt with next."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_settlements import waiting_lines


def next_lines(connection: Connection, settlement_id: UUID, *, most: int = 100) -> list[int]:
    """The numbers of the first lines that wait, in their order; none: all are done."""
    return waiting_lines(connection, settlement_id, most=most)
