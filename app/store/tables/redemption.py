"""Redemption: offers, striped stock, one-minute codes, redemptions and the till's own numbers."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    text as sql,
)

from app.store.tables.metadata import digest, key, metadata, moment, text, uuid, whole

offer = Table(
    "offer",
    metadata,
    key("offer_id"),
    uuid("merchant_id"),
    text("title_zh"),
    text("title_en"),
    Column("points", Integer, nullable=False),
    # What the programme owes the merchant for one item.
    Column("settlement_fen", Integer, nullable=False),
    Column("per_person_limit", Integer),
    Column("stock_total", Integer, nullable=False),
    Column("reversal_window_s", Integer, nullable=False),
    text("state"),
    moment("opens_at"),
    moment("closes_at"),
    Column("revision", Integer, nullable=False, server_default="1"),
    moment("created_at"),
    # An operator publishes what a merchant drafted.
    uuid("published_by", nullable=True),
    moment("published_at", nullable=True),
    CheckConstraint("points > 0 and settlement_fen >= 0 and stock_total >= 0", name="amounts"),
    CheckConstraint("state in ('draft', 'published', 'closed')", name="state"),
    Index("ix_offer_merchant_id", "merchant_id", "offer_id"),
    Index("ix_offer_published", "offer_id", postgresql_where=sql("state = 'published'")),
)

# Popular stock lies in several rows, so that many tills do not queue for one.
offer_stock = Table(
    "offer_stock",
    metadata,
    key("offer_id"),
    Column("stripe", SmallInteger, primary_key=True),
    Column("remaining", Integer, nullable=False),
    CheckConstraint("remaining >= 0", name="remaining"),
    postgresql_with={"fillfactor": "50"},
)

offer_taken = Table(
    "offer_taken",
    metadata,
    key("participant_id"),
    key("offer_id"),
    Column("quantity", Integer, nullable=False),
    CheckConstraint("quantity >= 0", name="quantity"),
)

till_code = Table(
    "till_code",
    metadata,
    # A keyed hash of the 18 digits.
    digest("code_digest", primary_key=True),
    uuid("participant_id"),
    uuid("offer_id", nullable=True),
    moment("issued_at"),
    moment("expires_at"),
    uuid("redemption_id", nullable=True),
    Index("ix_till_code_expires_at", "expires_at"),
)

redemption = Table(
    "redemption",
    metadata,
    key("participant_id"),
    key("redemption_id"),
    uuid("merchant_id"),
    uuid("offer_id"),
    text("channel"),
    Column("quantity", Integer, nullable=False),
    Column("reversed_quantity", Integer, nullable=False, server_default="0"),
    # Points and fen for one item, as they stood when the redemption was made.
    Column("points_each", Integer, nullable=False),
    Column("settlement_fen_each", Integer, nullable=False),
    text("state"),
    text("out_request_no", nullable=True),
    text("store_id", nullable=True),
    moment("created_at"),
    moment("captured_at", nullable=True),
    moment("closed_at", nullable=True),
    moment("expires_at", nullable=True),
    moment("reversible_until", nullable=True),
    CheckConstraint("channel in ('till', 'online')", name="channel"),
    CheckConstraint("quantity > 0", name="quantity"),
    CheckConstraint("reversed_quantity between 0 and quantity", name="reversed_quantity"),
    CheckConstraint(
        "state in ('held', 'captured', 'released', 'expired', 'reversed', 'partly_reversed')",
        name="state",
    ),
    Index("ix_redemption_redemption_id", "redemption_id"),
    Index("ix_redemption_merchant_id_captured_at", "merchant_id", "captured_at"),
    Index(
        "ix_redemption_lapsing",
        "expires_at",
        "participant_id",
        postgresql_where=sql("state = 'held'"),
    ),
)

# The till's own request number, unique for ever within a merchant.
till_request = Table(
    "till_request",
    metadata,
    key("merchant_id"),
    Column("out_request_no", Text, primary_key=True),
    digest("fingerprint"),
    uuid("participant_id"),
    uuid("redemption_id"),
    moment("created_at"),
)

redemption_reversal = Table(
    "redemption_reversal",
    metadata,
    key("participant_id"),
    key("reversal_id"),
    uuid("redemption_id"),
    uuid("merchant_id"),
    Column("quantity", Integer, nullable=False),
    whole("points"),
    whole("settlement_fen"),
    moment("reversed_at"),
    CheckConstraint("quantity > 0", name="quantity"),
    Index("ix_redemption_reversal_merchant_id_reversed_at", "merchant_id", "reversed_at"),
)
