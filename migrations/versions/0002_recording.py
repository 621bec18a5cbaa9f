"""What was done and what it saved, and the nets that make an action count once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _action() -> None:
    op.create_table(
        "action",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("quantities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("provenance", sa.Text(), nullable=False),
        sa.Column("action_class", sa.Text(), nullable=False),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("calculation", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("limited_by", sa.Text(), nullable=True),
        sa.Column("points_available_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("points >= 0", name=op.f("ck_action_points")),
        sa.CheckConstraint("saved_mg >= 0", name=op.f("ck_action_saved_mg")),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_action")),
    )
    op.create_index("ix_action_action_id", "action", ["action_id"], unique=False)
    op.create_index(
        "ix_action_occurred_at", "action", ["occurred_at"], unique=False, postgresql_using="brin"
    )


def _claim_key() -> None:
    op.create_table(
        "claim_key",
        sa.Column("claim_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("claim_digest", name=op.f("pk_claim_key")),
    )


def _exclusion_claim() -> None:
    op.create_table(
        "exclusion_claim",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("exclusion_group", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("actions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "exclusion_group", "period_start", name=op.f("pk_exclusion_claim")
        ),
    )


def _meter() -> None:
    op.create_table(
        "meter",
        sa.Column("meter_digest", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("meter_digest", name=op.f("pk_meter")),
    )


def _meter_interval() -> None:
    op.create_table(
        "meter_interval",
        sa.Column("meter_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_meter_interval_forward")),
        sa.PrimaryKeyConstraint("meter_digest", "starts_at", name=op.f("pk_meter_interval")),
    )


def _person_interval() -> None:
    op.create_table(
        "person_interval",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_person_interval_forward")),
        sa.PrimaryKeyConstraint("participant_id", "starts_at", name=op.f("pk_person_interval")),
    )


def _reduction_account() -> None:
    op.create_table(
        "reduction_account",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("actions >= 0", name=op.f("ck_reduction_account_actions")),
        sa.CheckConstraint("saved_mg >= 0", name=op.f("ck_reduction_account_saved_mg")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_reduction_account")),
        postgresql_with={"fillfactor": "70"},
    )


def _reversal() -> None:
    op.create_table(
        "reversal",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reversed_by", sa.Text(), nullable=False),
        sa.Column("reversed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("points_taken", sa.Integer(), nullable=False),
        sa.Column("points_owed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_reversal")),
    )


def upgrade() -> None:
    _action()
    _claim_key()
    _exclusion_claim()
    _meter()
    _meter_interval()
    _person_interval()
    _reduction_account()
    _reversal()


def downgrade() -> None:
    op.drop_table("reversal")
    op.drop_table("reduction_account")
    op.drop_table("person_interval")
    op.drop_table("meter_interval")
    op.drop_table("meter")
    op.drop_table("exclusion_claim")
    op.drop_table("claim_key")
    op.drop_table("action")
