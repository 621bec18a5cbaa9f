"""Confirm a payment and deliver the units: both, or neither."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_trade, lock_blocks, set_blocks
from app.store.trading.money_book import post_money
from app.store.trading.trading import Trade, record_transfers, set_trade
from app.usecases.trading.standing import trade_at
from rewards.ledger.money import settle


def confirm_trade(
    connection: Connection, trade_id: UUID, *, admits: Callable[[Trade], bool], now: datetime
) -> Trade:
    """Book the money through escrow to the seller and hand the blocks to the buyer.

    ``admits`` says whether the caller may confirm this trade; who may not sees no trade at all.
    Raises UnknownId, TradeStateConflict.
    """
    trade = trade_at(connection, trade_id, "reserved", "paid", "delivered", "expired", "cancelled")
    if not admits(trade):
        raise UnknownId("There is no trade with this id among yours.")
    trade = trade_at(connection, trade_id, "paid")
    blocks = lock_blocks(connection, blocks_of_trade(connection, trade_id))
    assert sum(each.quantity_t for each in blocks) == trade.quantity_t, "all of it is reserved"
    payment = settle(trade_id, seller_id=trade.seller_id, amount_fen=trade.amount_fen)
    post_money(connection, payment, now=now)
    set_blocks(
        connection,
        [each.block_id for each in blocks],
        owner_id=trade.buyer_id,
        state="active",
        now=now,
    )
    record_transfers(
        connection,
        [(each.block_id, each.quantity_t) for each in blocks],
        from_id=trade.seller_id,
        to_id=trade.buyer_id,
        trade_id=trade_id,
        now=now,
    )
    delivered = trade._replace(state="delivered", delivered_at=now, closed_at=now)
    set_trade(connection, delivered)
    return delivered
