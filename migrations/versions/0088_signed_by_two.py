"""Steps of the pool and stated ties are told apart: those of before were decided by one person, and
from now on the audit finds two signatures for each.

Which of them two people signed since they could is not looked up: they stand as before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

TABLES = ("verifier_pool_step", "independence_declaration")


def upgrade() -> None:
    for table in TABLES:
        by_two = sa.Column("by_two", sa.Boolean(), nullable=False, server_default="false")
        op.add_column(table, by_two)
        op.alter_column(table, "by_two", server_default="true")


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "by_two")
