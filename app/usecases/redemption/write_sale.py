"""Write a sale that was decided: redemption, points, stock, its limits and its codes together."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.redemption.capturing import TillRequest, write_capture_of_held, write_purchase
from app.store.redemption.counting import count_sale
from app.store.redemption.pools import hand_out_codes
from app.store.redemption.stock import take_waiting
from behaviours.civil_time import civil_day
from rewards.redemption.counts import counted
from rewards.redemption.purchase import Decision
from rewards.redemption.stock import check_stocked


def write_sale(
    connection: Connection,
    decision: Decision,
    request: TillRequest | None,
    *,
    zone: tzinfo,
    now: datetime,
) -> None:
    """The person is locked; then come the stock, the day, the store and the codes, in this order.

    Raises OutOfStock, DayStockGone, StoreStockGone, LostRace.
    """
    sale, offer = decision.redemption, decision.offer
    if not decision.takes_stock:
        assert request is not None, "a till fetches what is held"
        write_capture_of_held(connection, decision, request=request, now=now)
    elif not write_purchase(connection, decision, request=request, now=now):
        missing = take_waiting(connection, offer.offer_id, sale.quantity)
        check_stocked(offer, quantity=sale.quantity, left=sale.quantity - missing)
    counts = counted(offer, sale, civil_day(now, zone), is_new=decision.takes_stock)
    count_sale(connection, counts, sale.redemption_id, sale.quantity)
    if decision.takes_stock:
        hand_out_codes(connection, decision, now=now)
