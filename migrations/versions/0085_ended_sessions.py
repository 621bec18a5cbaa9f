"""A person ends a session that a provider's word opened: when, stands with it.

Sessions of before go on. Their tokens bear no session, so that ending one stops no token of before
this release; each is over by itself within the hour, and ends with its link as ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("word_session", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # An earlier release lists what it finds; its tokens stay revoked.
    op.execute("delete from word_session where ended_at is not null")
    op.drop_column("word_session", "ended_at")
