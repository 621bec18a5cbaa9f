"""One negotiation, word by word, for its two sides and for who answers for the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.negotiations import find_negotiation, rounds_of
from app.usecases.trading.see_negotiation import see_negotiation
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.trading.negotiation import Round, SeenNegotiation
from rewards.trading.refusals import UnknownTrade


def read_negotiation(
    connection: Connection, negotiation_id: UUID, *, viewer: Viewer
) -> tuple[SeenNegotiation, list[Round]]:
    """With what was said, in its order; raises UnknownTrade for whom it is not there to see."""
    found = found_or(find_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    if not (viewer.sees_all or found.side_of(viewer)):
        raise UnknownTrade("negotiation")
    return see_negotiation(connection, found), rounds_of(connection, negotiation_id)
