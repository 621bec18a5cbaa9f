"""One lot at an exchange."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.trading.exchange_lots import find_exchange_lot
from app.usecases.trading.see_lots import see_lots
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.trading.exchange_lot import SeenLot, UnknownExchangeLot


def read_exchange_lot(connection: Connection, listing_id: UUID, *, viewer: Viewer) -> SeenLot:
    """The lot, over or not; raises UnknownExchangeLot for whom it is not there to see."""
    lot = found_or(find_exchange_lot(connection, listing_id), UnknownExchangeLot("exchange_lot"))
    (seen,) = see_lots(connection, [lot])
    if not seen.is_shown_to(viewer):
        raise UnknownExchangeLot("exchange_lot")
    return seen
