"""Trading: listings, trades and the money book."""

from sqlalchemy import (
    CheckConstraint,
    text as sql,
)

from app.store.tables import metadata as db
from rewards.trading import listing as listings, trade as trades

listing = db.table(
    "listing",
    db.key("listing_id"),
    db.uuid("seller_id", nullable=True),
    db.uuid("block_id"),
    *db.wholes("quantity_t", "remaining_t", "price_fen_per_tonne"),
    db.text("state"),
    *db.since("created_at", until="closed_at"),
    CheckConstraint("remaining_t between 0 and quantity_t", name="remaining"),
    CheckConstraint("price_fen_per_tonne > 0", name="price"),
    db.one_of("state", *listings.STATES),
)

trade = db.table(
    "trade",
    db.key("trade_id"),
    db.uuid("listing_id"),
    db.uuid("seller_id", nullable=True),
    db.uuid("buyer_id"),
    *db.wholes("quantity_t", "amount_fen"),
    db.text("state"),
    db.text("payment_reference", nullable=True),
    # The reference in normal form, while the trade is not called off: one payment pays once.
    db.text("payment_key", nullable=True),
    *db.moments("ordered_at", "pay_until"),
    *db.moments("paid_at", "delivered_at", "closed_at", nullable=True),
    # Where it was closed, if it says so, and what ties that one to a side, as was stated.
    db.uuid("exchange_id", nullable=True),
    db.text("exchange_tie", nullable=True),
    db.one_of("state", *trades.STATES),
    CheckConstraint("exchange_tie is null or exchange_id is not null", name="exchange_tie"),
    *db.indexes("buyer_id", "seller_id"),
    db.index_where(
        "ix_trade_exchange_id", "exchange_id", "trade_id", where="exchange_id is not null"
    ),
    db.once_where(
        "ux_trade_payment",
        sql("coalesce(seller_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        "payment_key",
        where="payment_key is not null",
    ),
    db.index_where("ix_trade_unpaid", "listing_id", "pay_until", where="state = 'reserved'"),
)

# Money is booked, not kept: the bank is an account like any other.
money_posting = db.table(
    "money_posting",
    db.key("posting_id"),
    *db.double_entry("fen"),
    db.uuid("reference_id"),
    db.moment("posted_at"),
)
