"""Negotiated prices: what two offer each other, word by word."""

import sqlalchemy as sa
from alembic import op

revision = "0117"
down_revision = "0116"
branch_labels = None
depends_on = None

_BEFORE = "kind in ('priced', 'auction')"


def upgrade() -> None:
    _kinds("kind in ('priced', 'auction', 'negotiated')")
    _negotiations()
    _rounds()


def _negotiations() -> None:
    op.create_table(
        "negotiation",
        sa.Column("negotiation_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("price_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("rounds", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trade_id", sa.Uuid(), nullable=True),
        *_checks(
            "negotiation",
            state="state in ('offered', 'countered', 'accepted', 'refused', 'withdrawn', 'lapsed')",
            quantity_t="quantity_t > 0",
            price_fen_per_tonne="price_fen_per_tonne > 0",
            rounds="rounds > 0",
            closed="(state in ('offered', 'countered')) = (closed_at is null)",
            accepted="(state = 'accepted') = (trade_id is not null)",
        ),
        sa.PrimaryKeyConstraint("negotiation_id", name=op.f("pk_negotiation")),
    )
    for column in ("seller_id", "buyer_id"):
        op.create_index(op.f(f"ix_negotiation_{column}"), "negotiation", [column])
    op.create_index(
        "ix_negotiation_open",
        "negotiation",
        ["valid_until"],
        postgresql_where=sa.text("state in ('offered', 'countered')"),
    )


def _rounds() -> None:
    op.create_table(
        "negotiation_round",
        sa.Column("negotiation_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by_seller", sa.Boolean(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("price_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        *_checks(
            "negotiation_round",
            number="number > 0",
            quantity_t="quantity_t > 0",
            price_fen_per_tonne="price_fen_per_tonne > 0",
        ),
        sa.PrimaryKeyConstraint("negotiation_id", "number", name=op.f("pk_negotiation_round")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on negotiation_round"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from negotiation) then
            raise exception 'prices were negotiated, which an earlier release does not know';
          end if;
        end $$
        """
    )
    op.drop_table("negotiation_round")
    op.drop_table("negotiation")
    _kinds(_BEFORE)


def _kinds(holds: str) -> None:
    op.drop_constraint(op.f("ck_listing_kind"), "listing")
    op.create_check_constraint(op.f("ck_listing_kind"), "listing", holds)


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()
    ]
