"""Webhooks: endpoints, what is to be sent to them again, and what was tried."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _endpoint()
    _pending()
    _attempt()


def _endpoint() -> None:
    op.create_table(
        "webhook_endpoint",
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("types", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret_id", sa.Uuid(), nullable=False),
        sa.Column("former_secret_id", sa.Uuid(), nullable=True),
        sa.Column("former_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("is_slow", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('enabled', 'disabled', 'deleted')", name=op.f("ck_webhook_endpoint_state")
        ),
        sa.CheckConstraint(
            "reason in ('asked', 'gone', 'failing')", name=op.f("ck_webhook_endpoint_reason")
        ),
        sa.CheckConstraint(
            "(state = 'disabled') = (reason is not null)", name=op.f("ck_webhook_endpoint_said_why")
        ),
        sa.CheckConstraint(
            "(former_secret_id is null) = (former_until is null)",
            name=op.f("ck_webhook_endpoint_former"),
        ),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_endpoint")),
    )
    op.create_index(
        "ix_webhook_endpoint_organisation_id",
        "webhook_endpoint",
        ["organisation_id", "endpoint_id"],
    )


def _pending() -> None:
    op.create_table(
        "webhook_pending",
        sa.Column("pending_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("event_no", sa.BigInteger(), nullable=True),
        sa.Column("trial_type", sa.Text(), nullable=True),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("is_replay", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "num_nonnulls(event_no, trial_type) = 1", name=op.f("ck_webhook_pending_message")
        ),
        sa.PrimaryKeyConstraint("pending_id", name=op.f("pk_webhook_pending")),
    )
    op.create_index(
        op.f("ix_webhook_pending_endpoint_id_due_at"), "webhook_pending", ["endpoint_id", "due_at"]
    )
    op.create_index(
        "uq_webhook_pending_event",
        "webhook_pending",
        ["endpoint_id", "event_no"],
        unique=True,
        postgresql_where=sa.text("event_no is not null"),
    )


def _attempt() -> None:
    op.create_table(
        "webhook_attempt",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("answer", postgresql.BYTEA(), nullable=False),
        sa.Column("is_replay", sa.Boolean(), nullable=False),
        sa.Column("is_trial", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "outcome in ('delivered', 'refused', 'timed_out', 'unreachable', 'not_allowed')",
            name=op.f("ck_webhook_attempt_outcome"),
        ),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index(
        "ix_webhook_attempt_endpoint_id", "webhook_attempt", ["endpoint_id", "attempt_id"]
    )
    op.create_index(op.f("ix_webhook_attempt_started_at"), "webhook_attempt", ["started_at"])


def downgrade() -> None:
    # The earlier release sends nothing.
    for table in ("webhook_attempt", "webhook_pending", "webhook_endpoint"):
        op.drop_table(table)
