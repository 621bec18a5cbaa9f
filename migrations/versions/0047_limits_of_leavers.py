"""Whoever leaves and comes back finds sides, days and what counts once as they were left.

Of those who left or came back before nothing of it is known: for them stays what was refused then.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tombstone", sa.Column("limits", JSONB(), nullable=True))
    op.add_column("inherited_leaving", sa.Column("limits", JSONB(), nullable=True))
    op.add_column("tombstone", sa.Column("leads_to", sa.Uuid(), nullable=True))
    for column in ("stands_for", "leads_to"):
        op.create_index(
            f"ix_tombstone_{column}",
            "tombstone",
            [column],
            postgresql_where=sa.text(f"{column} IS NOT NULL"),
        )


def downgrade() -> None:
    # An earlier release would take them for somebody who left with nothing.
    op.execute("delete from tombstone where leads_to is not null")
    for column in ("leads_to", "stands_for"):
        op.drop_index(f"ix_tombstone_{column}", "tombstone")
    op.drop_column("tombstone", "leads_to")
    op.drop_column("inherited_leaving", "limits")
    op.drop_column("tombstone", "limits")
