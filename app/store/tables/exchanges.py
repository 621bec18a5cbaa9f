"""Exchanges: what stands for sale there, and what was settled."""

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables import metadata as db
from rewards.trading.exchange_settlement import LINE_STATES, STATES

# What was stated of a lot beside its listing, and the files that were made of it; rows are only
# added.
exchange_lot = db.table(
    "exchange_lot",
    db.key("listing_id"),
    db.uuid("exchange_id"),
    db.moment("returns_at"),
    db.text("tie", nullable=True),
    *(Column(name, BYTEA, nullable=False) for name in ("document", "serials_csv")),
    # SHA-256 of the document, which names that of the other file.
    db.digest("document_digest"),
    db.of_32_bytes("document_digest"),
    *db.indexes("exchange_id"),
)

exchange_settlement = db.table(
    "exchange_settlement",
    db.key("settlement_id"),
    db.uuid("exchange_id"),
    db.text("reference"),
    db.digest("digest"),
    db.count("lines"),
    *db.choice("state", *STATES),
    db.moment("sent_at"),
    db.moment("ended_at", nullable=True),
    *db.positive("lines"),
    db.of_32_bytes("digest"),
    CheckConstraint("(state = 'settled') = (ended_at is not null)", name="ended"),
    UniqueConstraint("exchange_id", "digest"),
)

# The lines as they were sent, and what became of each.
exchange_settlement_line = db.table(
    "exchange_settlement_line",
    db.key("settlement_id"),
    db.number_key("line"),
    db.text("number"),
    *db.uuids("lot_id", "buyer_id"),
    *db.wholes("quantity_t", "price_fen_per_tonne", "amount_fen"),
    db.text("payment_reference"),
    db.moment("traded_at"),
    *db.choice("state", *LINE_STATES),
    db.uuid("trade_id", nullable=True),
    db.document("fault", nullable=True),
    *db.positive("line", "quantity_t", "price_fen_per_tonne", "amount_fen"),
    CheckConstraint("(state = 'settled') = (trade_id is not null)", name="settled"),
    CheckConstraint("(state = 'refused') = (fault is not null)", name="refused"),
)

# Which trade of ours each of theirs is; rows are only added.
exchange_trade = db.table(
    "exchange_trade",
    db.key("trade_id"),
    db.uuid("exchange_id"),
    *db.texts("number", "number_key"),
    db.uuid("settlement_id"),
    db.count("line"),
    db.whole("price_fen_per_tonne"),
    db.moment("traded_at"),
    *db.positive("price_fen_per_tonne"),
    UniqueConstraint("exchange_id", "number_key"),
)
