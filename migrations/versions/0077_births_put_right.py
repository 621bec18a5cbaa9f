"""Who asks to be a child's guardian may say that its date of birth was registered wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("guardian_change", sa.Column("decides_from", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("guardian_change", "decides_from")
