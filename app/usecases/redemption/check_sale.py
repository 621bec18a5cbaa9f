"""Check that a sale that was decided could be written now; nothing moves."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.redemption.counting import check_counts
from app.store.redemption.stock import left_of
from behaviours.civil_time import civil_day
from rewards.redemption.counts import counted
from rewards.redemption.purchase import Decision
from rewards.redemption.stock import check_stocked


def check_sale(connection: Connection, decision: Decision, *, zone: tzinfo, now: datetime) -> None:
    """Raises OutOfStock, DayStockGone and StoreStockGone, as writing it would."""
    sale, offer = decision.redemption, decision.offer
    if decision.takes_stock:
        left = left_of(connection, offer.offer_id)
        check_stocked(offer, quantity=sale.quantity, left=left)
    counts = counted(offer, sale, civil_day(now, zone), is_new=decision.takes_stock)
    check_counts(connection, counts, sale.quantity)
