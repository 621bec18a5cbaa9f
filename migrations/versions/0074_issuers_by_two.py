"""Issuers of numbers count once two people registered them.

Those that stand were registered by one operator, and stay: claims are made by them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issuer", sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("update issuer set in_force_at = registered_at")


def downgrade() -> None:
    # An earlier release makes claims by whatever stands here.
    op.execute("delete from issuer where in_force_at is null")
    op.drop_column("issuer", "in_force_at")
