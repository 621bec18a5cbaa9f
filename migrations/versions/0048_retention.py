"""Retention: one job takes away what the published schedule says, and reports what it took.

The jobs before it, each with a time of its own, are not started any more. What they had not begun
is over with: the new one finds the same rows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

FORMER = (
    *("purge_codes", "purge_answers", "purge_tokens", "purge_tasks", "purge_tombstones"),
    "purge_sightings",
)
# By which what is due is found without reading what is not: (table, column, of which rows).
INDEXES = (
    ("refresh_token", "expires_at", None),
    ("revoked_token", "expires_at", None),
    ("one_time_link", "expires_at", None),
    ("user_session", "started_at", None),
    ("personal_request", "answered_at", "answered_at is not null"),
    ("task", "finished_at", "finished_at is not null"),
)


def upgrade() -> None:
    op.create_table(
        "retention_report",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("programme_version", sa.Text(), nullable=False),
        sa.Column("removed", sa.BigInteger(), nullable=False),
        sa.Column("oldest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("newest", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("removed > 0", name=op.f("ck_retention_report_removed")),
        sa.PrimaryKeyConstraint("day", "kind", name=op.f("pk_retention_report")),
    )
    for table, column, where in INDEXES:
        op.create_index(
            f"ix_{table}_{column}",
            table,
            [column],
            postgresql_where=None if where is None else sa.text(where),
        )
    names = ", ".join(f"'{each}'" for each in FORMER)
    op.execute(
        f"delete from task where name in ({names}) and state in ('waiting', 'running')"  # noqa: S608
    )


def downgrade() -> None:
    # What was taken away is gone; that it was is not known any more.
    op.execute("delete from task where name = 'retention' and state in ('waiting', 'running')")
    for table, column, _ in reversed(INDEXES):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("retention_report")
