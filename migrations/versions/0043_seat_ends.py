"""Verifiers have days: seats that ended in time or by a tie, and what had been found by then.

Whoever has a bundle already is given its days by the next sweep, counted from then on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

TABLES = ("seat_end", "earlier_sample")


def upgrade() -> None:
    op.add_column("bundle", sa.Column("verify_by", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "seat_end",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "why in ('unanswered', 'unfinished', 'unfree')", name=op.f("ck_seat_end_why")
        ),
        sa.PrimaryKeyConstraint("bundle_id", "attempt", name=op.f("pk_seat_end")),
    )
    op.create_table(
        "earlier_sample",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("stratum", sa.Integer(), nullable=False),
        sa.Column("found_mg", sa.BigInteger(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint(
            "bundle_id", "attempt", "action_id", name=op.f("pk_earlier_sample")
        ),
    )
    for table in TABLES:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
    op.drop_column("bundle", "verify_by")
