"""Exchanges: lots that stand for sale there, and the settlements that they send."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0125"
down_revision = "0124"
branch_labels = None
depends_on = None

_BEFORE = "kind in ('priced', 'auction', 'negotiated')"
FINAL = ("exchange_lot", "exchange_trade")
TABLES = (*FINAL, "exchange_settlement", "exchange_settlement_line")


def upgrade() -> None:
    _kinds("kind in ('priced', 'auction', 'negotiated', 'exchange')")
    _lots()
    _settlements()
    _trades()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _lots() -> None:
    op.create_table(
        "exchange_lot",
        _uuid("listing_id"),
        _uuid("exchange_id"),
        _moment("returns_at"),
        _text("tie", nullable=True),
        *(_bytes(name) for name in ("document", "serials_csv", "document_digest")),
        *_checks("exchange_lot", document_digest="length(document_digest) = 32"),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_exchange_lot")),
    )
    op.create_index(op.f("ix_exchange_lot_exchange_id"), "exchange_lot", ["exchange_id"])


def _settlements() -> None:
    op.create_table(
        "exchange_settlement",
        _uuid("settlement_id"),
        _uuid("exchange_id"),
        _text("reference"),
        _bytes("digest"),
        sa.Column("lines", sa.Integer(), nullable=False),
        _text("state"),
        _moment("sent_at"),
        _moment("ended_at", nullable=True),
        *_checks(
            "exchange_settlement",
            state="state in ('settling', 'settled')",
            lines="lines > 0",
            digest="length(digest) = 32",
            ended="(state = 'settled') = (ended_at is not null)",
        ),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_exchange_settlement")),
        _once("exchange_settlement", "digest"),
    )
    op.create_table(
        "exchange_settlement_line",
        _uuid("settlement_id"),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        _text("number"),
        *(_uuid(name) for name in ("lot_id", "buyer_id")),
        *(_whole(name) for name in ("quantity_t", "price_fen_per_tonne", "amount_fen")),
        _text("payment_reference"),
        _moment("traded_at"),
        _text("state"),
        sa.Column("trade_id", sa.Uuid(), nullable=True),
        sa.Column("fault", postgresql.JSONB(), nullable=True),
        *_checks(
            "exchange_settlement_line",
            state="state in ('waiting', 'settled', 'refused')",
            line="line > 0",
            quantity_t="quantity_t > 0",
            price_fen_per_tonne="price_fen_per_tonne > 0",
            amount_fen="amount_fen > 0",
            settled="(state = 'settled') = (trade_id is not null)",
            refused="(state = 'refused') = (fault is not null)",
        ),
        sa.PrimaryKeyConstraint("settlement_id", "line", name=op.f("pk_exchange_settlement_line")),
    )


def _trades() -> None:
    op.create_table(
        "exchange_trade",
        _uuid("trade_id"),
        _uuid("exchange_id"),
        _text("number"),
        _text("number_key"),
        _uuid("settlement_id"),
        sa.Column("line", sa.Integer(), nullable=False),
        _whole("price_fen_per_tonne"),
        _moment("traded_at"),
        *_checks("exchange_trade", price_fen_per_tonne="price_fen_per_tonne > 0"),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_exchange_trade")),
        _once("exchange_trade", "number_key"),
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from exchange_lot) or exists (select from exchange_settlement) then
            raise exception 'units stand at exchanges, which an earlier release does not know';
          end if;
        end $$
        """
    )
    for table in TABLES:
        op.drop_table(table)
    _kinds(_BEFORE)


def _kinds(holds: str) -> None:
    op.drop_constraint(op.f("ck_listing_kind"), "listing")
    op.create_check_constraint(op.f("ck_listing_kind"), "listing", holds)


def _once(table: str, column: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_exchange_id_{column}")
    return sa.UniqueConstraint("exchange_id", column, name=name)


def _uuid(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _bytes(name: str) -> sa.Column:
    return sa.Column(name, postgresql.BYTEA(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()
    ]
