"""Payments that nobody confirmed end, and what became of the money is said; none of before does."""

import sqlalchemy as sa
from alembic import op

revision = "0101"
down_revision = "0100"
branch_labels = None
depends_on = None

MOMENTS = ("look_by", "alarmed_at", "confirm_by", "cleared_at")
BEFORE = "state in ('reserved', 'paid', 'delivered', 'expired', 'cancelled')"
STATES = (
    "state in ('reserved', 'paid', 'delivered', 'expired', 'cancelled', 'unconfirmed',"
    " 'refunded', 'not_received')"
)


def upgrade() -> None:
    for name in MOMENTS:
        op.add_column("trade", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("trade", sa.Column("clearing", sa.Text(), nullable=True))
    op.drop_constraint(op.f("ck_trade_state"), "trade")
    op.create_check_constraint(op.f("ck_trade_state"), "trade", STATES)
    op.create_check_constraint(
        op.f("ck_trade_clearing"), "trade", "(cleared_at is null) = (clearing is null)"
    )
    op.create_index(
        "ix_trade_to_confirm",
        "trade",
        ["listing_id", "confirm_by"],
        postgresql_where=sa.text("state = 'paid'"),
    )
    op.create_index(
        "ix_trade_unseen",
        "trade",
        ["look_by"],
        postgresql_where=sa.text("alarmed_at is null and look_by is not null"),
    )
    op.create_index(
        "ix_trade_waiting",
        "trade",
        ["trade_id"],
        postgresql_where=sa.text("state in ('reserved', 'paid', 'unconfirmed')"),
    )


def downgrade() -> None:
    # What became of money is not forgotten, and an earlier release knows no such trade.
    op.execute(
        """
        do $$ begin
          if exists (select from trade
                      where state in ('unconfirmed', 'refunded', 'not_received')) then
            raise exception 'payments of trades ended unconfirmed';
          end if;
        end $$
        """
    )
    op.drop_index("ix_trade_waiting", "trade")
    op.drop_index("ix_trade_unseen", "trade")
    op.drop_index("ix_trade_to_confirm", "trade")
    op.drop_constraint(op.f("ck_trade_clearing"), "trade")
    op.drop_constraint(op.f("ck_trade_state"), "trade")
    op.create_check_constraint(op.f("ck_trade_state"), "trade", BEFORE)
    op.drop_column("trade", "clearing")
    for name in reversed(MOMENTS):
        op.drop_column("trade", name)
