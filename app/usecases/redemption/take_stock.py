"""Take items out of an offer's stock when no stripe was free and full enough at first."""

from __future__ import annotations

from app.store.database import Connection
from app.store.redemption.stock import take_waiting
from rewards.redemption.offer import Offer, check_stocked


def take_stock(connection: Connection, offer: Offer, quantity: int) -> None:
    """Take from as many stripes as it needs, waiting for other tills; raises OutOfStock."""
    missing = take_waiting(connection, offer.offer_id, quantity)
    check_stocked(offer, quantity=quantity, left=quantity - missing)
