"""Points that are added to open budgets; nothing was added to any before."""

import sqlalchemy as sa
from alembic import op

revision = "0120"
down_revision = "0119"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budget_addition",
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('proposed', 'added', 'withdrawn')", name=op.f("ck_budget_addition_state")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_budget_addition_points")),
        sa.CheckConstraint(
            "(state = 'added') = (added_at is not null)", name=op.f("ck_budget_addition_added")
        ),
        sa.PrimaryKeyConstraint("budget_id", "number", name=op.f("pk_budget_addition")),
    )
    op.create_index(
        "uq_budget_addition_proposed",
        "budget_addition",
        ["budget_id"],
        unique=True,
        postgresql_where=sa.text("state = 'proposed'"),
    )


def downgrade() -> None:
    # An earlier release takes what was put into a budget for what was published of it.
    op.execute(
        """
        do $$ begin
          if exists (select from budget_addition where state = 'added') then
            raise exception 'points were added to budgets';
          end if;
        end $$
        """
    )
    op.drop_table("budget_addition")
