"""One settlement of an exchange."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_settlements import counted, find_settlement, lines_of
from behaviours.viewer import Viewer
from rewards.trading.exchange_settlement import REFUSED, CountedSettlement, UnknownSettlement

# As many refusals stand in the answer; all of them in the list of lines and in the file.
TOLD = 100


def read_settlement(
    connection: Connection, settlement_id: UUID, *, viewer: Viewer
) -> CountedSettlement:
    """With what became of its lines; raises UnknownSettlement for whom it is not there to see."""
    found = find_settlement(connection, settlement_id)
    if found is None or not found.is_shown_to(viewer):
        raise UnknownSettlement("exchange_settlement")
    (read,) = counted(connection, [found])
    refused = lines_of(connection, settlement_id, state=REFUSED, after=0, most=TOLD)
    return read._replace(refusals=refused)
