"""What was done by region and month; closed days of before are counted by the next run."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "region_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in ("actions", "saved_mg", "reversed", "reversed_mg", "people")
        ),
        sa.PrimaryKeyConstraint("month", "region", "behaviour", name=op.f("pk_region_month")),
    )
    op.create_table(
        "counted_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_counted_day")),
    )


def downgrade() -> None:
    # Counted again from the actions by whoever goes up again.
    op.drop_table("counted_day")
    op.drop_table("region_month")
