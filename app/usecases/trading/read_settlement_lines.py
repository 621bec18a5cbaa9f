"""The lines of an exchange's settlement, and what became of each."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_settlements import find_settlement, lines_of
from behaviours.viewer import Viewer
from rewards.trading.exchange_settlement import ReadLine, UnknownSettlement


def read_settlement_lines(
    connection: Connection,
    settlement_id: UUID,
    *,
    viewer: Viewer,
    state: str | None,
    after: int | None,
    most: int,
) -> list[ReadLine]:
    """In their order, in one state or in any (None); raises UnknownSettlement."""
    found = find_settlement(connection, settlement_id)
    if found is None or not found.is_shown_to(viewer):
        raise UnknownSettlement("exchange_settlement")
    return lines_of(connection, settlement_id, state=state, after=after or 0, most=most)
