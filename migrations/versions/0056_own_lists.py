"""Providers list what is their own: each list has an index that ends where its page does."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

INDEXES = (
    ("action", ("provider_id", "occurred_at", "action_id"), "provider_id is not null"),
    ("waiting_action", ("provider_id", "occurred_at", "action_id"), None),
    ("waiting_action", ("provider_id", "action_id"), None),
    ("enrolment", ("organisation_id", "participant_id"), None),
    ("consent", ("organisation_id", "consent_id"), None),
    ("task", ("started_by", "task_id"), "started_by is not null"),
)


def upgrade() -> None:
    for table, columns, where in INDEXES:
        op.create_index(
            f"ix_{table}_{'_'.join(columns)}",
            table,
            list(columns),
            postgresql_where=sa.text(where) if where else None,
        )
    op.drop_index("ix_waiting_action_provider_id", table_name="waiting_action")


def downgrade() -> None:
    op.create_index("ix_waiting_action_provider_id", "waiting_action", ["provider_id"])
    for table, columns, _ in INDEXES:
        op.drop_index(f"ix_{table}_{'_'.join(columns)}", table_name=table)
