"""Return what is left of lots at exchanges whose day has come."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.exchange_lots import due_lots
from app.store.trading.listings import lock_listing
from app.usecases.trading.take_back_lot import take_back_lot
from rewards.trading.listing import OPEN


def return_due_lots(connection: Connection, *, clock: Clock, most: int = 200) -> int:
    """Sweep up to ``most`` of them; returns how many came back now.

    Nobody waits for this to be right: a lot whose day has come is settled no more.
    """
    returned = 0
    for listing_id in due_lots(connection, now=clock.now(), most=most):
        listing = lock_listing(connection, listing_id)
        assert listing is not None, "a listing is never deleted"
        if listing.state == OPEN:
            take_back_lot(connection, listing_id, viewer=None, clock=clock)
            returned += 1
    return returned
