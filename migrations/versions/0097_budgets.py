"""Budgets of sponsors; every award of before was the programme's own and stays so."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, DOMAIN

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None

_AMOUNT = DOMAIN("amount", sa.BigInteger(), create_type=False)
_MOVED = DOMAIN("moved_amount", sa.BigInteger(), create_type=False)


def upgrade() -> None:
    _budgets()
    _points_of_budgets()


def _budgets() -> None:
    op.create_table(
        "budget",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("title_zh", sa.Text(), nullable=False),
        sa.Column("title_en", sa.Text(), nullable=False),
        sa.Column("sponsor_id", sa.Uuid(), nullable=True),
        sa.Column("scenes", ARRAY(sa.Text()), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("shares", ARRAY(sa.Integer()), nullable=False),
        sa.Column("pays", ARRAY(sa.Integer()), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_points", _AMOUNT, nullable=False),
        sa.CheckConstraint(
            "state in ('proposed', 'open', 'closed', 'withdrawn')", name=op.f("ck_budget_state")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_budget_points")),
        sa.CheckConstraint(
            "starts_on <= ends_on and ends_on < closes_on", name=op.f("ck_budget_period")
        ),
        sa.CheckConstraint(
            "cardinality(shares) = cardinality(pays)", name=op.f("ck_budget_stages")
        ),
        sa.CheckConstraint("returned_points <= points", name=op.f("ck_budget_returned_points")),
        sa.PrimaryKeyConstraint("budget_id", name=op.f("pk_budget")),
    )
    op.create_index(
        "ix_budget_open", "budget", ["closes_on"], postgresql_where=sa.text("state = 'open'")
    )
    op.create_index(op.f("ix_budget_sponsor_id"), "budget", ["sponsor_id"])


def _points_of_budgets() -> None:
    op.create_table(
        "budget_cover",
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("scene", "region", "budget_id", name=op.f("pk_budget_cover")),
    )
    op.create_table(
        "budget_slot",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("points_left", _AMOUNT, nullable=False),
        sa.PrimaryKeyConstraint("budget_id", "stage", "slot", name=op.f("pk_budget_slot")),
        postgresql_with={"fillfactor": "10"},
    )
    op.create_table(
        "budget_posting",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("debit_account", sa.Text(), nullable=False),
        sa.Column("credit_account", sa.Text(), nullable=False),
        sa.Column("points", _MOVED, nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('fund', 'return')", name=op.f("ck_budget_posting_kind")),
        sa.CheckConstraint(
            "debit_account <> credit_account", name=op.f("ck_budget_posting_two_sides")
        ),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_budget_posting")),
    )
    op.create_index(op.f("ix_budget_posting_budget_id"), "budget_posting", ["budget_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on budget_posting"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release awards everything of the programme, and knows no account of a budget.
    op.execute(
        """
        do $$ begin
          if exists (select from budget_posting) then
            raise exception 'points were put into budgets';
          end if;
        end $$
        """
    )
    for table in ("budget_posting", "budget_slot", "budget_cover", "budget"):
        op.drop_table(table)
