"""What was retired for compliance is counted by years."""

import sqlalchemy as sa
from alembic import op

revision = "0104"
down_revision = "0103"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_retirement_compliance",
        "retirement",
        ["retired_at"],
        postgresql_where=sa.text("purpose = 'compliance_offset'"),
    )


def downgrade() -> None:
    op.drop_index("ix_retirement_compliance", "retirement")
