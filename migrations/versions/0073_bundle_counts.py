"""What a bundle holds and leaves out is counted: as a preview, and by its selection.

Selections of before have no count: what they left out then cannot be told any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundle_counting",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.CheckConstraint("phase in ('preview', 'selection')", name="phase"),
        sa.PrimaryKeyConstraint("bundle_id", "phase"),
    )
    op.create_table(
        "bundle_count",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("reductions", sa.BigInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "part in ('outcome', 'behaviour', 'month', 'region', 'version')", name="part"
        ),
        sa.PrimaryKeyConstraint("bundle_id", "phase", "part", "name"),
    )


def downgrade() -> None:
    op.drop_table("bundle_count")
    op.drop_table("bundle_counting")
