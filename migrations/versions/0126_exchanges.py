"""Exchanges: whose accounts are there, what stands for sale there, and what was settled."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0126"
down_revision = "0117"
branch_labels = None
depends_on = None

_BEFORE = "kind in ('priced', 'auction', 'negotiated')"
FINAL = ("exchange_lot", "exchange_file", "exchange_file_lot", "exchange_trade")
TABLES = (*FINAL, "exchange_account", "exchange_settlement", "exchange_settlement_line")


def upgrade() -> None:
    _kinds("kind in ('priced', 'auction', 'negotiated', 'exchange')")
    _accounts()
    _lots()
    _files()
    _settlements()
    _trades()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _accounts() -> None:
    op.create_table(
        "exchange_account",
        _uuid("account_id"),
        _uuid("exchange_id"),
        _uuid("organisation_id"),
        _text("number"),
        _text("number_key"),
        _text("tie", nullable=True),
        _text("state"),
        _moment("proposed_at"),
        _moment("admitted_at", nullable=True),
        _moment("ended_at", nullable=True),
        *_checks(
            "exchange_account",
            state="state in ('proposed', 'trusted', 'ended')",
            ended_at="(state = 'ended') = (ended_at is not null)",
            admitted_at="state <> 'trusted' or admitted_at is not null",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_exchange_account")),
    )
    op.create_index(
        "ux_exchange_account_number",
        "exchange_account",
        ["exchange_id", "number_key"],
        unique=True,
        postgresql_where=sa.text("state <> 'ended'"),
    )
    op.create_index(
        op.f("ix_exchange_account_organisation_id"), "exchange_account", ["organisation_id"]
    )


def _lots() -> None:
    op.create_table(
        "exchange_lot",
        _uuid("listing_id"),
        _uuid("exchange_id"),
        _moment("returns_at"),
        _text("tie", nullable=True),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_exchange_lot")),
    )
    op.create_index(op.f("ix_exchange_lot_exchange_id"), "exchange_lot", ["exchange_id"])


def _files() -> None:
    op.create_table(
        "exchange_file",
        _uuid("file_id"),
        _uuid("exchange_id"),
        sa.Column("trading_day", sa.Date(), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        _whole("quantity_t"),
        *(
            sa.Column(name, postgresql.BYTEA(), nullable=False)
            for name in ("document", "csv", "document_digest", "csv_digest")
        ),
        _moment("made_at"),
        *_checks(
            "exchange_file",
            lots="lots > 0",
            quantity_t="quantity_t > 0",
            document_digest="length(document_digest) = 32",
            csv_digest="length(csv_digest) = 32",
        ),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_exchange_file")),
        _once("exchange_file", "trading_day"),
    )
    op.create_table(
        "exchange_file_lot",
        _uuid("file_id"),
        _uuid("listing_id"),
        _whole("quantity_t"),
        *_checks("exchange_file_lot", quantity_t="quantity_t > 0"),
        sa.PrimaryKeyConstraint("file_id", "listing_id", name=op.f("pk_exchange_file_lot")),
    )
    op.create_index(op.f("ix_exchange_file_lot_listing_id"), "exchange_file_lot", ["listing_id"])


def _settlements() -> None:
    op.create_table(
        "exchange_settlement",
        _uuid("settlement_id"),
        _uuid("exchange_id"),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        _text("state"),
        _moment("sent_at"),
        _moment("started_at", nullable=True),
        _moment("ended_at", nullable=True),
        *_checks(
            "exchange_settlement",
            state="state in ('awaiting', 'settling', 'settled')",
            lines="lines > 0",
            digest="length(digest) = 32",
            ended="(state = 'settled') = (ended_at is not null)",
            started="(state = 'awaiting') = (started_at is null)",
        ),
        sa.PrimaryKeyConstraint("settlement_id", name=op.f("pk_exchange_settlement")),
        _once("exchange_settlement", "digest"),
    )
    op.create_table(
        "exchange_settlement_line",
        _uuid("settlement_id"),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        _text("number"),
        _uuid("lot_id"),
        _text("account"),
        _whole("quantity_t"),
        _whole("price_fen_per_tonne"),
        _moment("traded_at"),
        sa.Column("paid", sa.Boolean(), nullable=False),
        _text("state"),
        sa.Column("trade_id", sa.Uuid(), nullable=True),
        sa.Column("fault", postgresql.JSONB(), nullable=True),
        *_checks(
            "exchange_settlement_line",
            state="state in ('waiting', 'settled', 'refused')",
            line="line > 0",
            quantity_t="quantity_t > 0",
            price_fen_per_tonne="price_fen_per_tonne > 0",
            settled="(state = 'settled') = (trade_id is not null)",
            refused="(state = 'refused') = (fault is not null)",
        ),
        sa.PrimaryKeyConstraint(
            "settlement_id", "line", name=op.f("pk_exchange_settlement_line")
        ),
    )


def _trades() -> None:
    op.create_table(
        "exchange_trade",
        _uuid("trade_id"),
        _uuid("exchange_id"),
        _text("number"),
        _text("number_key"),
        _uuid("account_id"),
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
          if exists (select from exchange_lot) or exists (select from exchange_account)
             or exists (select from exchange_settlement) then
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
    return sa.UniqueConstraint("exchange_id", column, name=op.f(f"uq_{table}_exchange_id"))


def _uuid(name: str) -> sa.Column:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _text(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str) -> sa.Column:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()
    ]
