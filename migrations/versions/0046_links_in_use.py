"""A link tells when the provider's word last opened the account, and why it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("last_word_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("link", sa.Column("ended_because", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_link_ended_because"),
        "link",
        "ended_because in ('unlinked', 'reassigned', 'left')",
    )
    op.create_check_constraint(
        op.f("ck_link_ended"), "link", "ended_because is null or unlinked_at is not null"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_link_ended"), "link")
    op.drop_constraint(op.f("ck_link_ended_because"), "link")
    op.drop_column("link", "ended_because")
    op.drop_column("link", "last_word_at")
