"""Statements of merchants: what their days up to a cut-off come to, and its payment."""

import sqlalchemy as sa
from alembic import op

revision = "0108"
down_revision = "0107"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("merchant_statement", "merchant_payout")


def upgrade() -> None:
    _statements()
    _payouts()
    for table in _APPEND_ONLY:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _statements() -> None:
    op.create_table(
        "merchant_statement",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in (
                *("captures", "captured_items", "captured_points", "captured_fen"),
                *("reversals", "reversed_items", "reversed_points", "reversed_fen"),
                "brought_fen",
            )
        ),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("starts_at", "ends_at", "drawn_at")
        ),
        sa.CheckConstraint(
            "first_day <= last_day and starts_at < ends_at", name=op.f("ck_merchant_statement_days")
        ),
        sa.CheckConstraint(
            "brought_fen <= 0 and number > 0", name=op.f("ck_merchant_statement_brought")
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_merchant_statement")),
        sa.UniqueConstraint(
            "merchant_id", "number", name="uq_merchant_statement_merchant_id_number"
        ),
    )
    op.create_index(
        "ix_merchant_statement_merchant_id", "merchant_statement", ["merchant_id", "statement_id"]
    )


def _payouts() -> None:
    op.create_table(
        "merchant_payout",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("payment_key", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_merchant_payout")),
        sa.UniqueConstraint("payment_key", name="uq_merchant_payout_payment_key"),
    )


def downgrade() -> None:
    op.drop_table("merchant_payout")
    op.drop_table("merchant_statement")
