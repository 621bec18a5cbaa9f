"""Another identity can lead to an account: what was asked, how it ended, and former identities."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

TABLES = ("identity_change", "identity_change_end")


def upgrade() -> None:
    op.create_table(
        "identity_change",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("bound_digest", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("notice_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('reassigned', 'replaced')", name=op.f("ck_identity_change_reason")
        ),
        sa.PrimaryKeyConstraint("participant_id", "change_id", name=op.f("pk_identity_change")),
    )
    op.create_table(
        "identity_change_end",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("ended", sa.Text(), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ended in ('carried_out', 'objected', 'withdrawn')",
            name=op.f("ck_identity_change_end_ended"),
        ),
        sa.PrimaryKeyConstraint("participant_id", "change_id", name=op.f("pk_identity_change_end")),
    )
    for table in TABLES:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )
    op.add_column("identity", sa.Column("former_since", sa.DateTime(timezone=True)))
    op.add_column("tombstone", sa.Column("stands_for", sa.LargeBinary()))
    op.create_index("ix_identity_participant_id", "identity", ["participant_id"])


def downgrade() -> None:
    # An earlier release knows one identity of each account: the current one.
    op.execute("delete from tombstone where stands_for is not null")
    op.execute("delete from identity where former_since is not null")
    op.drop_index("ix_identity_participant_id", "identity")
    op.drop_column("tombstone", "stands_for")
    op.drop_column("identity", "former_since")
    for table in reversed(TABLES):
        op.drop_table(table)
