"""Offers may be for people of some regions only; those that there are stay for everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    regions = sa.Column(
        "regions", sa.dialects.postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("offer", regions)


def downgrade() -> None:
    # Earlier releases would sell to everybody what is for some: it is sold no more.
    op.execute(
        "update offer set state = 'closed', revision = revision + 1"
        " where regions <> '{}' and state <> 'closed'"
    )
    op.drop_column("offer", "regions")
