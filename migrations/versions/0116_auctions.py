"""Auctions: their terms, their bids, and to whom the lots went; every listing says its kind."""

import sqlalchemy as sa
from alembic import op

revision = "0116"
down_revision = "0115"
branch_labels = None
depends_on = None

_FINAL = ("auction_terms", "auction_bid", "auction_award")


def upgrade() -> None:
    # Until now there were prices only.
    op.add_column("listing", sa.Column("kind", sa.Text(), nullable=False, server_default="priced"))
    op.alter_column("listing", "kind", server_default=None)
    op.create_check_constraint(op.f("ck_listing_kind"), "listing", "kind in ('priced', 'auction')")
    op.create_index(
        "ix_listing_at_auction",
        "listing",
        ["listing_id"],
        postgresql_where=sa.text("kind = 'auction' and state = 'open'"),
    )
    _auction()
    _terms()
    _bids()
    for table in _FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _auction() -> None:
    op.create_table(
        "auction",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("bids", sa.Integer(), nullable=False),
        sa.Column("highest_fen_per_tonne", sa.BigInteger(), nullable=True),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("former_id", sa.Uuid(), nullable=True),
        sa.Column("awards", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *_checks(
            "auction",
            state="state in ('bidding', 'awarded', 'unsold', 'withdrawn')",
            reason="reason in ('no_bid', 'reserve_not_met', 'not_covered', 'not_paid',"
            " 'called_off')",
            leader_id="(leader_id is null) = (highest_fen_per_tonne is null)",
            bids="(bids > 0) = (leader_id is not null)",
            unsold="(state = 'unsold') = (reason is not null)",
            closed="(state in ('unsold', 'withdrawn')) = (closed_at is not null)",
            counts="awards >= 0 and awards <= bids and extensions >= 0",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_auction")),
    )


def _terms() -> None:
    op.create_table(
        "auction_terms",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("minimum_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("raise_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("reserve_fen_per_tonne", sa.BigInteger(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extend_minutes", sa.Integer(), nullable=False),
        sa.Column("most_extensions", sa.Integer(), nullable=False),
        sa.Column("passes_on", sa.Boolean(), nullable=False),
        *_checks(
            "auction_terms",
            minimum_fen_per_tonne="minimum_fen_per_tonne > 0",
            raise_fen_per_tonne="raise_fen_per_tonne > 0",
            times="closes_at > opens_at",
            extensions="extend_minutes >= 0 and most_extensions >= 0",
            reserve="reserve_fen_per_tonne >= minimum_fen_per_tonne",
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_auction_terms")),
    )


def _bids() -> None:
    op.create_table(
        "auction_bid",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bidder_id", sa.Uuid(), nullable=False),
        sa.Column("price_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        *_checks("auction_bid", number="number > 0", price_fen_per_tonne="price_fen_per_tonne > 0"),
        sa.PrimaryKeyConstraint("listing_id", "number", name=op.f("pk_auction_bid")),
    )
    op.create_table(
        "auction_award",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("bid_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("listing_id", "bid_number", name=op.f("pk_auction_award")),
    )
    op.create_index(op.f("ix_auction_award_trade_id"), "auction_award", ["trade_id"])


def _checks(table: str, **checks: str) -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_{table}_{name}")) for name, text in checks.items()
    ]


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from listing where kind <> 'priced') then
            raise exception 'units were sold to the highest bid, which an earlier release'
              ' does not know';
          end if;
        end $$
        """
    )
    for table in ("auction", *_FINAL):
        op.drop_table(table)
    op.drop_index("ix_listing_at_auction", "listing")
    op.drop_column("listing", "kind")
