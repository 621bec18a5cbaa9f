"""People move: the regions that their accounts had before, by civil days."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_region",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("lived_from", sa.Date(), nullable=False),
        sa.Column("lived_until", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason in ('moved', 'corrected')", name=op.f("ck_former_region_reason")
        ),
        sa.CheckConstraint(
            "told_by in ('person', 'guardian')", name=op.f("ck_former_region_told_by")
        ),
        sa.CheckConstraint("lived_from <= lived_until", name=op.f("ck_former_region_days")),
        sa.PrimaryKeyConstraint("participant_id", "change_id", name=op.f("pk_former_region")),
    )


def downgrade() -> None:
    # Accounts keep the region that holds now; those before it go with the table.
    op.drop_table("former_region")
