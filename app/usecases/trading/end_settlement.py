"""End a settlement of which no line waits."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.exchange_settlements import (
    lock_settlement,
    waiting_lines,
    write_settlement,
)
from rewards.trading.exchange_settlement import SETTLING


def end_settlement(connection: Connection, settlement_id: UUID, *, clock: Clock) -> None:
    """Write down that it is settled, once."""
    found = lock_settlement(connection, settlement_id)
    assert found is not None, "a settlement is never deleted"
    assert not waiting_lines(connection, settlement_id, most=1), "each line was dealt with"
    if found.state == SETTLING:
        write_settlement(connection, found.end(clock.now()))
