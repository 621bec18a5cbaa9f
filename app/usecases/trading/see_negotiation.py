"""A negotiation as its sides read it."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from rewards.trading.negotiation import Negotiation, SeenNegotiation


def see_negotiation(connection: Connection, found: Negotiation) -> SeenNegotiation:
    """With how those whom it names stand."""
    return SeenNegotiation.of(found, counterparties(connection, found.named))
