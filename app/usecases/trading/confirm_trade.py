"""Confirm a payment and deliver the units: both, or neither."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_trade, lock_blocks, write_blocks
from app.store.trading.money_book import post_money
from app.store.trading.trades import lock_trade, record_transfers, write_trade
from app.usecases.trading.read_parties import read_parties
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.ledger.money import settle
from rewards.registry.block import DELIVER
from rewards.trading.refusals import UnknownTrade
from rewards.trading.trade import CONFIRM, Trade


def confirm_trade(connection: Connection, trade_id: UUID, *, viewer: Viewer, clock: Clock) -> Trade:
    """Book the money through escrow to the seller and hand the blocks to the buyer.

    Raises UnknownTrade for whom it is not there to confirm, ConfirmWindowOver, TradeStateConflict.
    """
    trade = found_or(lock_trade(connection, trade_id), UnknownTrade("trade"))
    parties = read_parties(connection, trade, viewer=viewer)
    blocks = lock_blocks(connection, blocks_of_trade(connection, trade_id))
    now = clock.now()
    delivered = trade.move(CONFIRM, parties, now=now)
    assert sum(each.quantity_t for each in blocks) == trade.quantity_t, "all of it is reserved"
    payment = settle(trade_id, seller_id=trade.seller_id, amount_fen=trade.amount_fen)
    post_money(connection, payment, now=now)
    write_blocks(
        connection, [each.move(DELIVER, owner_id=trade.buyer_id, now=now) for each in blocks]
    )
    record_transfers(
        connection,
        dict(zip(new_ids(len(blocks)), blocks, strict=True)),
        from_id=trade.seller_id,
        to_id=trade.buyer_id,
        trade_id=trade_id,
        now=now,
    )
    write_trade(connection, delivered)
    return delivered
