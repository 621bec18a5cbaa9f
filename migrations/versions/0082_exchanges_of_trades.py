"""Trades say at which exchange they were closed; those from before say nothing of it."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("trade", sa.Column("exchange_id", sa.Uuid(), nullable=True))
    op.add_column("trade", sa.Column("exchange_tie", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_trade_exchange_tie"), "trade", "exchange_tie is null or exchange_id is not null"
    )
    op.create_index(
        "ix_trade_exchange_id",
        "trade",
        ["exchange_id", "trade_id"],
        postgresql_where=sa.text("exchange_id is not null"),
    )


def downgrade() -> None:
    # In an earlier release any exchange settles what one of them closed.
    op.drop_index("ix_trade_exchange_id", "trade")
    op.drop_constraint(op.f("ck_trade_exchange_tie"), "trade")
    op.drop_column("trade", "exchange_tie")
    op.drop_column("trade", "exchange_id")
