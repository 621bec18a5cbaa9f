"""Trading: listings, trades and the money book."""

from sqlalchemy import (
    CheckConstraint,
    Index,
    Table,
    text as sql,
)

from app.store.tables.metadata import key, metadata, moment, text, uuid, whole

listing = Table(
    "listing",
    metadata,
    key("listing_id"),
    uuid("seller_id", nullable=True),
    uuid("block_id"),
    whole("quantity_t"),
    whole("remaining_t"),
    whole("price_fen_per_tonne"),
    text("state"),
    moment("created_at"),
    moment("closed_at", nullable=True),
    CheckConstraint("remaining_t between 0 and quantity_t", name="remaining"),
    CheckConstraint("price_fen_per_tonne > 0", name="price"),
    CheckConstraint("state in ('open', 'closed', 'sold_out')", name="state"),
)

trade = Table(
    "trade",
    metadata,
    key("trade_id"),
    uuid("listing_id"),
    uuid("seller_id", nullable=True),
    uuid("buyer_id"),
    whole("quantity_t"),
    whole("amount_fen"),
    text("state"),
    text("payment_reference", nullable=True),
    # The reference in normal form, while the trade is not called off: one payment pays once.
    text("payment_key", nullable=True),
    moment("ordered_at"),
    moment("pay_until"),
    moment("paid_at", nullable=True),
    moment("delivered_at", nullable=True),
    moment("closed_at", nullable=True),
    CheckConstraint(
        "state in ('reserved', 'paid', 'delivered', 'expired', 'cancelled')", name="state"
    ),
    Index("ix_trade_buyer_id", "buyer_id"),
    Index("ix_trade_seller_id", "seller_id"),
    Index(
        "ux_trade_payment",
        sql("coalesce(seller_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
        "payment_key",
        unique=True,
        postgresql_where=sql("payment_key is not null"),
    ),
    Index(
        "ix_trade_unpaid",
        "listing_id",
        "pay_until",
        postgresql_where=sql("state = 'reserved'"),
    ),
)

# Money is booked, not kept: the bank is an account like any other.
money_posting = Table(
    "money_posting",
    metadata,
    key("posting_id"),
    text("debit_account"),
    text("credit_account"),
    whole("fen"),
    uuid("reference_id"),
    moment("posted_at"),
    CheckConstraint("fen > 0", name="fen"),
    CheckConstraint("debit_account <> credit_account", name="two_sides"),
)
