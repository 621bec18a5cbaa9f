"""Organisations apply to take part, and two people admit them; who takes part already stays."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "organisation_application",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("covered_emitter", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applied_by", sa.Uuid(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind in ('provider', 'merchant', 'enterprise', 'verifier', 'exchange')",
            name=op.f("ck_organisation_application_kind"),
        ),
        sa.CheckConstraint(
            "state in ('applied', 'accepted', 'declined')",
            name=op.f("ck_organisation_application_state"),
        ),
        sa.CheckConstraint(
            "(state = 'applied') = (decided_at is null)",
            name=op.f("ck_organisation_application_decided_at"),
        ),
        sa.CheckConstraint(
            "(state = 'declined') = (reason is not null)",
            name=op.f("ck_organisation_application_reason"),
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_organisation_application")),
    )
    op.create_index(
        "ix_organisation_application_state",
        "organisation_application",
        ["state", "organisation_id"],
    )


def downgrade() -> None:
    # Who was admitted takes part; who was not is not known any more.
    op.drop_table("organisation_application")
