"""Events: what became of things, by reader, in an order that nobody misses any of.

Nothing wrote the table before, so that it is made anew.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0105"
down_revision = "0104"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("event")
    op.create_table(
        "event",
        sa.Column("event_no", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("is_copy", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_no", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_subject_event_no"), "event", ["subject", "event_no"])
    op.create_index(op.f("ix_event_occurred_at"), "event", ["occurred_at"])
    op.create_index(
        "ix_event_tenant_id_event_no",
        "event",
        ["tenant_id", "event_no"],
        postgresql_where=sa.text("tenant_id is not null"),
    )


def downgrade() -> None:
    # The earlier release neither writes events nor reads any.
    op.drop_table("event")
    op.create_table(
        "event",
        sa.Column("event_no", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("subject", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("event_no", name=op.f("pk_event")),
    )
    op.create_index("ix_event_tenant_id_event_no", "event", ["tenant_id", "event_no"])
