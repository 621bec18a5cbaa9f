"""Cashiers with their terms, who sold and took back what, and the closing of a store's day.

Nobody was a cashier before: what was sold so far was sold by merchants' programs, and stays so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0122"
down_revision = "0121"
branch_labels = None
depends_on = None

_SUMS = (
    *("captures", "captured_items", "captured_points", "captured_fen"),
    *("reversals", "reversed_items", "reversed_points", "reversed_fen"),
)


def upgrade() -> None:
    _duties("duty in ('administrator', 'member', 'cashier')")
    _terms()
    for table in ("redemption", "redemption_reversal"):
        op.add_column(table, sa.Column("cashier_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_redemption_of_cashier",
        "redemption",
        ["cashier_id", "captured_at"],
        postgresql_where=sa.text("cashier_id is not null"),
    )
    op.create_index(
        "ix_redemption_merchant_id_store_id_captured_at",
        "redemption",
        ["merchant_id", "store_id", "captured_at"],
    )
    _closings()
    for table in ("cashier_terms", "till_closing"):
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _terms() -> None:
    op.create_table(
        "cashier_terms",
        sa.Column("terms_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("stores", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("most_points_per_sale", sa.Integer(), nullable=True),
        sa.Column("most_points_per_day", sa.Integer(), nullable=True),
        sa.Column("most_sales_per_day", sa.Integer(), nullable=True),
        sa.Column("may_refund", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("cardinality(stores) > 0", name=op.f("ck_cashier_terms_stores")),
        sa.CheckConstraint(
            "most_points_per_sale > 0 and most_points_per_day > 0 and most_sales_per_day > 0",
            name=op.f("ck_cashier_terms_limits"),
        ),
        sa.PrimaryKeyConstraint("terms_id", name=op.f("pk_cashier_terms")),
    )
    op.create_index("ix_cashier_terms_user_id", "cashier_terms", ["user_id", "terms_id"])


def _closings() -> None:
    op.create_table(
        "till_closing",
        sa.Column("closing_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("store_no", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in _SUMS),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Uuid(), nullable=False),
        sa.CheckConstraint("starts_at <= ends_at", name=op.f("ck_till_closing_times")),
        sa.CheckConstraint("number > 0", name=op.f("ck_till_closing_number")),
        sa.PrimaryKeyConstraint("closing_id", name=op.f("pk_till_closing")),
        sa.UniqueConstraint(
            "merchant_id", "store_no", "number", name="uq_till_closing_merchant_id_store_no_number"
        ),
        sa.UniqueConstraint(
            "merchant_id", "store_no", "day", name="uq_till_closing_merchant_id_store_no_day"
        ),
    )
    op.create_index("ix_till_closing_merchant_id", "till_closing", ["merchant_id", "closing_id"])


def downgrade() -> None:
    # An earlier release would let a cashier in as a member, and loses who sold what.
    op.execute(
        """
        do $$ begin
          if exists (select from app_user where duty = 'cashier') then
            raise exception 'there are cashiers';
          end if;
          if exists (select from till_closing) then
            raise exception 'days of stores were closed';
          end if;
        end $$
        """
    )
    op.drop_table("till_closing")
    op.drop_table("cashier_terms")
    op.drop_index("ix_redemption_merchant_id_store_id_captured_at", "redemption")
    op.drop_index("ix_redemption_of_cashier", "redemption")
    for table in ("redemption", "redemption_reversal"):
        op.drop_column(table, "cashier_id")
    _duties("duty in ('administrator', 'member')")


def _duties(known: str) -> None:
    name = op.f("ck_app_user_duty")
    op.drop_constraint(name, "app_user")
    op.create_check_constraint(name, "app_user", known)
