"""What one person proposed and another has yet to sign; nothing waits so before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("terms", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carried_out", sa.Boolean(), nullable=False, server_default="false"),
        sa.CheckConstraint(
            "step in ('verifier.admit', 'verifier.remove', 'organisation.state_ties',"
            " 'issuer.state_numbers', 'user.limit')",
            name=op.f("ck_proposal_step"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_proposal")),
    )
    op.create_index(
        "ux_proposal_open",
        "proposal",
        ["subject_kind", "subject", "step"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def downgrade() -> None:
    # In an earlier release one person decides; what waited is decided there anew.
    op.drop_table("proposal")
