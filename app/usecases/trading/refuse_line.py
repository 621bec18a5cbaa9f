"""Keep why a line of an exchange's settlement was refused."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_settlements import close_line, lock_line
from behaviours.refusal import Refusal
from rewards.trading.exchange_settlement import WAITS, LineFault


def refuse_line(connection: Connection, settlement_id: UUID, line: int, refusal: Refusal) -> None:
    """A line that waits is refused for this reason; one that waits no more is left as it is."""
    if lock_line(connection, settlement_id, line).state == WAITS:
        fault = LineFault(refusal.code, refusal.key, refusal.pointer, dict(refusal.facts))
        close_line(connection, settlement_id, line, fault)
