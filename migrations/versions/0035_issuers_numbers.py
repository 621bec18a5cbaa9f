"""Issuers say what their numbers are like."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Those of before have not said so: their numbers go on being taken as they are.
    op.add_column("issuer", sa.Column("numbers", JSONB(), nullable=True))


def downgrade() -> None:
    op.drop_column("issuer", "numbers")
