"""Identity services: whose signed word opens an account of one's own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_service",
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("identity_claim", sa.Text(), nullable=False),
        sa.Column("keys", JSONB(), nullable=True),
        sa.Column("keys_url", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "method in ('oidc', 'ticket', 'test')", name=op.f("ck_identity_service_method")
        ),
        sa.CheckConstraint(
            "state in ('proposed', 'trusted', 'ended')", name=op.f("ck_identity_service_state")
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_at is not null)", name=op.f("ck_identity_service_ended_at")
        ),
        sa.CheckConstraint(
            "state <> 'trusted' or admitted_at is not null",
            name=op.f("ck_identity_service_admitted_at"),
        ),
        sa.PrimaryKeyConstraint("service_id", name=op.f("pk_identity_service")),
    )
    op.create_index(
        "ix_identity_service_issuer",
        "identity_service",
        ["issuer"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    op.drop_table("identity_service")
