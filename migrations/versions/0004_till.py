"""Redemption: offers, striped stock, one-minute codes and the till's own numbers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _offer() -> None:
    op.create_table(
        "offer",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("settlement_fen", sa.Integer(), nullable=False),
        sa.Column("per_person_limit", sa.Integer(), nullable=True),
        sa.Column("stock_total", sa.Integer(), nullable=False),
        sa.Column("reversal_window_s", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'published', 'closed')", name=op.f("ck_offer_state")
        ),
        sa.CheckConstraint(
            "points > 0 and settlement_fen >= 0 and stock_total >= 0", name=op.f("ck_offer_amounts")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer")),
    )
    op.create_index("ix_offer_merchant_id", "offer", ["merchant_id", "offer_id"], unique=False)
    op.create_index(
        "ix_offer_published",
        "offer",
        ["offer_id"],
        unique=False,
        postgresql_where=sa.text("state = 'published'"),
    )


def _offer_stock() -> None:
    op.create_table(
        "offer_stock",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("stripe", sa.SmallInteger(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=False),
        sa.CheckConstraint("remaining >= 0", name=op.f("ck_offer_stock_remaining")),
        sa.PrimaryKeyConstraint("offer_id", "stripe", name=op.f("pk_offer_stock")),
        postgresql_with={"fillfactor": "50"},
    )


def _offer_taken() -> None:
    op.create_table(
        "offer_taken",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_offer_taken_quantity")),
        sa.PrimaryKeyConstraint("participant_id", "offer_id", name=op.f("pk_offer_taken")),
    )


def _redemption() -> None:
    op.create_table(
        "redemption",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("reversed_quantity", sa.Integer(), server_default="0", nullable=False),
        sa.Column("points_each", sa.Integer(), nullable=False),
        sa.Column("settlement_fen_each", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("out_request_no", sa.Text(), nullable=True),
        sa.Column("store_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reversible_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("channel in ('till', 'online')", name=op.f("ck_redemption_channel")),
        sa.CheckConstraint(
            "state in ('held', 'captured', 'released', 'expired', 'reversed', 'partly_reversed')",
            name=op.f("ck_redemption_state"),
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_redemption_quantity")),
        sa.CheckConstraint(
            "reversed_quantity between 0 and quantity", name=op.f("ck_redemption_reversed_quantity")
        ),
        sa.PrimaryKeyConstraint("participant_id", "redemption_id", name=op.f("pk_redemption")),
    )
    op.create_index(
        "ix_redemption_lapsing",
        "redemption",
        ["expires_at", "participant_id"],
        unique=False,
        postgresql_where=sa.text("state = 'held'"),
    )
    op.create_index(
        "ix_redemption_merchant_id_captured_at",
        "redemption",
        ["merchant_id", "captured_at"],
        unique=False,
    )
    op.create_index("ix_redemption_redemption_id", "redemption", ["redemption_id"], unique=False)


def _redemption_reversal() -> None:
    op.create_table(
        "redemption_reversal",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("reversal_id", sa.Uuid(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("settlement_fen", sa.BigInteger(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_redemption_reversal_quantity")),
        sa.PrimaryKeyConstraint(
            "participant_id", "reversal_id", name=op.f("pk_redemption_reversal")
        ),
    )
    op.create_index(
        "ix_redemption_reversal_merchant_id_reversed_at",
        "redemption_reversal",
        ["merchant_id", "reversed_at"],
        unique=False,
    )


def _till_code() -> None:
    op.create_table(
        "till_code",
        sa.Column("code_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("code_digest", name=op.f("pk_till_code")),
    )
    op.create_index("ix_till_code_expires_at", "till_code", ["expires_at"], unique=False)


def _till_request() -> None:
    op.create_table(
        "till_request",
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("out_request_no", sa.Text(), nullable=False),
        sa.Column("fingerprint", postgresql.BYTEA(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("merchant_id", "out_request_no", name=op.f("pk_till_request")),
    )


def upgrade() -> None:
    _offer()
    _offer_stock()
    _offer_taken()
    _redemption()
    _redemption_reversal()
    _till_code()
    _till_request()


def downgrade() -> None:
    op.drop_table("till_request")
    op.drop_table("till_code")
    op.drop_table("redemption_reversal")
    op.drop_table("redemption")
    op.drop_table("offer_taken")
    op.drop_table("offer_stock")
    op.drop_table("offer")
