"""Offers of kinds, with texts, a time of their own to be seen, pools of codes and limits of stock.

What there is already is goods, is seen while it is on sale, and has no limit of a day or a store.
"""

import sqlalchemy as sa
from alembic import op

revision = "0123"
down_revision = "0122"
branch_labels = None
depends_on = None

_KINDS = "kind in ('goods', 'voucher', 'donation', 'nature', 'external')"
_CATEGORIES = "category in ('food', 'travel', 'culture', 'home', 'nature', 'money', 'other')"
_ADDED = {
    "kind": sa.Text(),
    "category": sa.Text(),
    "text_zh": sa.Text(),
    "text_en": sa.Text(),
    "reuses_codes": sa.Boolean(),
}
_AT_FIRST = {
    "kind": "goods",
    "category": "other",
    "text_zh": "",
    "text_en": "",
    "reuses_codes": "false",
}
_LIMITS = ("stock_per_day", "stock_per_store")
_TIMES = ("shown_from", "shown_until")
_TABLES = ("counted_redemption", "offer_store", "offer_day", "voucher_code")


def upgrade() -> None:
    for name, kind in _ADDED.items():
        op.add_column(
            "offer", sa.Column(name, kind, nullable=False, server_default=_AT_FIRST[name])
        )
    for name in _LIMITS:
        op.add_column("offer", sa.Column(name, sa.Integer(), nullable=True))
    for name in _TIMES:
        op.add_column("offer", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name, holds in {
        "kind": _KINDS,
        "category": _CATEGORIES,
        "limits": "stock_per_day > 0 and stock_per_store > 0",
        "shown": "shown_from < shown_until",
    }.items():
        op.create_check_constraint(op.f(f"ck_offer_{name}"), "offer", holds)
    _codes()
    _counts()


def _codes() -> None:
    op.create_table(
        "voucher_code",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("code_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spoilt_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("code_no > 0", name=op.f("ck_voucher_code_number")),
        sa.CheckConstraint(
            "(redemption_id is null) = (handed_at is null)", name=op.f("ck_voucher_code_handed")
        ),
        sa.CheckConstraint(
            "spoilt_at is null or redemption_id is not null", name=op.f("ck_voucher_code_spoilt")
        ),
        sa.PrimaryKeyConstraint("offer_id", "code_no", name=op.f("pk_voucher_code")),
        sa.UniqueConstraint(
            "offer_id", "code_digest", name=op.f("uq_voucher_code_offer_id_code_digest")
        ),
    )
    op.create_index(
        "ix_voucher_code_free",
        "voucher_code",
        ["offer_id", "code_no"],
        postgresql_where=sa.text("redemption_id is null"),
    )
    op.create_index(op.f("ix_voucher_code_redemption_id"), "voucher_code", ["redemption_id"])


def _counts() -> None:
    for table, member, kind in (
        ("offer_day", "day", sa.Date()),
        ("offer_store", "store_no", sa.Text()),
    ):
        op.create_table(
            table,
            sa.Column("offer_id", sa.Uuid(), nullable=False),
            sa.Column(member, kind, nullable=False),
            sa.Column("quantity", sa.Integer(), nullable=False),
            sa.CheckConstraint("quantity >= 0", name=op.f(f"ck_{table}_quantity")),
            sa.PrimaryKeyConstraint("offer_id", member, name=op.f(f"pk_{table}")),
        )
    op.create_table(
        "counted_redemption",
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("store_no", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_counted_redemption")),
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from offer where kind <> 'goods') then
            raise exception 'there are offers of kinds that an earlier release does not know';
          end if;
        end $$
        """
    )
    # An earlier release knows no limit of a day or a store: what has one is sold no more.
    op.execute(
        "update offer set state = 'closed', revision = revision + 1 where state <> 'closed'"
        " and (stock_per_day is not null or stock_per_store is not null)"
    )
    for table in _TABLES:
        op.drop_table(table)
    for name in ("shown", "limits", "category", "kind"):
        op.drop_constraint(op.f(f"ck_offer_{name}"), "offer")
    for name in (*_TIMES, *_LIMITS, *reversed(_ADDED)):
        op.drop_column("offer", name)
