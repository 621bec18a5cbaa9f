"""Whether an offer has enough items, for those who only ask."""

from __future__ import annotations

from app.store.database import Connection
from app.store.redemption.stock import left
from rewards.redemption.offer import Offer, check_stocked


def check_stock(connection: Connection, offer: Offer, quantity: int) -> None:
    """Raises OutOfStock when fewer than ``quantity`` are left at this moment; nothing is taken."""
    check_stocked(offer, quantity=quantity, left=left(connection, offer.offer_id))
