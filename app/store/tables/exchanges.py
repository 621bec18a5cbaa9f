"""Exchanges: whose accounts are there, what stands for sale there, and what was settled."""

from sqlalchemy import CheckConstraint, Column, UniqueConstraint
from sqlalchemy.dialects.postgresql import BYTEA

from app.store.tables import metadata as db
from behaviours.identity_services import STATES as ADMITTED_BY_TWO
from rewards.trading.exchange_settlement import LINE_STATES, STATES

# Under which number an exchange names an enterprise.
exchange_account = db.table(
    "exchange_account",
    db.key("account_id"),
    *db.uuids("exchange_id", "organisation_id"),
    *db.texts("number", "number_key"),
    db.text("tie", nullable=True),
    *db.choice("state", *ADMITTED_BY_TWO),
    db.moment("proposed_at"),
    *db.moments("admitted_at", "ended_at", nullable=True),
    *db.trusted_until("ended_at"),
    db.once_where(
        "ux_exchange_account_number", "exchange_id", "number_key", where="state <> 'ended'"
    ),
    *db.indexes("organisation_id"),
)

# What was stated of a lot beside its listing; rows are only added.
exchange_lot = db.table(
    "exchange_lot",
    db.key("listing_id"),
    db.uuid("exchange_id"),
    db.moment("returns_at"),
    db.text("tie", nullable=True),
    *db.indexes("exchange_id"),
)

# What an exchange was handed for a trading day, byte for byte; rows are only added.
exchange_file = db.table(
    "exchange_file",
    db.key("file_id"),
    db.uuid("exchange_id"),
    db.day("trading_day"),
    db.count("lots"),
    db.whole("quantity_t"),
    Column("document", BYTEA, nullable=False),
    Column("csv", BYTEA, nullable=False),
    # SHA-256 of each.
    *(db.digest(name) for name in ("document_digest", "csv_digest")),
    db.moment("made_at"),
    *db.positive("lots", "quantity_t"),
    db.of_32_bytes("document_digest"),
    db.of_32_bytes("csv_digest"),
    UniqueConstraint("exchange_id", "trading_day"),
)

# The lots of a file, each with the tonnes that it names; rows are only added.
exchange_file_lot = db.table(
    "exchange_file_lot",
    *db.keys("file_id", "listing_id"),
    db.whole("quantity_t"),
    *db.positive("quantity_t"),
    *db.indexes("listing_id"),
)

exchange_settlement = db.table(
    "exchange_settlement",
    db.key("settlement_id"),
    db.uuid("exchange_id"),
    db.digest("digest"),
    db.count("lines"),
    *db.choice("state", *STATES),
    db.moment("sent_at"),
    *db.moments("started_at", "ended_at", nullable=True),
    *db.positive("lines"),
    db.of_32_bytes("digest"),
    CheckConstraint("(state = 'settled') = (ended_at is not null)", name="ended"),
    CheckConstraint("(state = 'awaiting') = (started_at is null)", name="started"),
    UniqueConstraint("exchange_id", "digest"),
)

# The lines as they were sent, and what became of each.
exchange_settlement_line = db.table(
    "exchange_settlement_line",
    db.key("settlement_id"),
    db.number_key("line"),
    db.text("number"),
    db.uuid("lot_id"),
    db.text("account"),
    *db.wholes("quantity_t", "price_fen_per_tonne"),
    db.moment("traded_at"),
    db.truth("paid"),
    *db.choice("state", *LINE_STATES),
    db.uuid("trade_id", nullable=True),
    db.document("fault", nullable=True),
    *db.positive("line", "quantity_t", "price_fen_per_tonne"),
    CheckConstraint("(state = 'settled') = (trade_id is not null)", name="settled"),
    CheckConstraint("(state = 'refused') = (fault is not null)", name="refused"),
)

# Which trade of ours each of theirs is; rows are only added.
exchange_trade = db.table(
    "exchange_trade",
    db.key("trade_id"),
    db.uuid("exchange_id"),
    *db.texts("number", "number_key"),
    *db.uuids("account_id", "settlement_id"),
    db.count("line"),
    db.whole("price_fen_per_tonne"),
    db.moment("traded_at"),
    *db.positive("price_fen_per_tonne"),
    UniqueConstraint("exchange_id", "number_key"),
)
