"""A register of what other mechanisms own; it begins empty."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "declared_elsewhere",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("mechanism", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.JSONB(), nullable=False),
        sa.Column("number_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "mechanism in ('ccer', 'green_certificate', 'international', 'other_scheme',"
            " 'covered_emitter')",
            name=op.f("ck_declared_elsewhere_mechanism"),
        ),
        sa.CheckConstraint(
            "state in ('declared', 'withdrawn')", name=op.f("ck_declared_elsewhere_state")
        ),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_declared_elsewhere")),
    )
    op.create_index(
        "uq_declared_elsewhere_declared",
        "declared_elsewhere",
        ["mechanism", "reference", "number_digest"],
        unique=True,
        postgresql_where=sa.text("state = 'declared'"),
    )
    op.create_index(
        "ix_declared_elsewhere_organisation_id", "declared_elsewhere", ["organisation_id"]
    )
    op.create_table(
        "declared_claim",
        sa.Column("claim_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("claim_digest", "declaration_id", name=op.f("pk_declared_claim")),
    )
    op.create_index("ix_declared_claim_declaration_id", "declared_claim", ["declaration_id"])
    op.create_table(
        "declared_reduction",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "action_id", "declaration_id", name=op.f("pk_declared_reduction")
        ),
    )
    op.create_index(
        "ix_declared_reduction_declaration_id", "declared_reduction", ["declaration_id"]
    )


def downgrade() -> None:
    op.drop_table("declared_reduction")
    op.drop_table("declared_claim")
    op.drop_table("declared_elsewhere")
