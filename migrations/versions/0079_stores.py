"""Stores of merchants, as they state them from a day on; none stands in the books before."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_statement",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("merchant_id", sa.Uuid(), nullable=False),
        sa.Column("store_no", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_store_statement")),
    )
    op.create_index(
        "ix_store_statement_merchant_id_store_no_from_day",
        "store_statement",
        ["merchant_id", "store_no", "from_day"],
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on store_statement"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release keeps the number of a store on bills, and knows nothing of it.
    op.drop_table("store_statement")
