"""Lots as they are read: with their listings, and the exchanges as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.organisations.standing import counterparties
from app.store.trading.listings import find_listings
from rewards.trading.exchange_lot import ExchangeLot, SeenLot


def see_lots(connection: Connection, lots: Sequence[ExchangeLot]) -> list[SeenLot]:
    """Each of these lots, in their order."""
    offered = find_listings(connection, [each.listing_id for each in lots])
    exchanges = counterparties(connection, {each.exchange_id for each in lots})
    return [SeenLot(each, offered[each.listing_id], exchanges[each.exchange_id]) for each in lots]
