"""Say that a trade was paid, with the reference of the payment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.trading.trading import Trade, set_trade
from app.usecases.trading.standing import trade_at
from rewards.trading.refusals import PayWindowOver


def pay_trade(
    connection: Connection,
    trade_id: UUID,
    *,
    payment_reference: str,
    buyer_id: UUID,
    now: datetime,
) -> Trade:
    """The trade, now ``paid``: it waits for the seller to confirm the money.

    Raises UnknownId for somebody else's trade, PayWindowOver, TradeStateConflict.
    """
    trade = trade_at(connection, trade_id, "reserved", "expired", "paid", "delivered", "cancelled")
    if trade.buyer_id != buyer_id:
        raise UnknownId("There is no trade with this id among yours.")
    # A reservation that has lapsed is over, whether or not it was swept.
    if trade.state == "expired" or (trade.state == "reserved" and trade.pay_until <= now):
        raise PayWindowOver(
            "The time to pay is over and the units are offered again. Order them anew.",
            details={"pay_until": trade.pay_until},
        )
    trade = trade_at(connection, trade_id, "reserved")
    paid = trade._replace(state="paid", payment_reference=payment_reference, paid_at=now)
    set_trade(connection, paid)
    return paid
