"""Refuse what the other side offered, or withdraw what one offered oneself."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.negotiations import lock_negotiation, write_negotiation
from app.usecases.trading.see_negotiation import see_negotiation
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.trading.negotiation import SeenNegotiation
from rewards.trading.refusals import UnknownTrade


def end_negotiation(
    connection: Connection, negotiation_id: UUID, *, step: str, viewer: Viewer, clock: Clock
) -> SeenNegotiation:
    """The negotiation after ``REFUSE`` or ``WITHDRAW``. Raises UnknownTrade, NegotiationClosed,
    OfferLapsed, NotYourTurn."""
    found = found_or(lock_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    ended = found.move(step, found.side_of(viewer), now=clock.now())
    write_negotiation(connection, ended)
    return see_negotiation(connection, ended)
