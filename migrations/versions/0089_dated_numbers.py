"""What an issuer's numbers are like is said from a day on; what was said before holds for every day
before, as it did.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "issuer_numbers",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("numbers", postgresql.JSONB(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "since", name=op.f("pk_issuer_numbers")),
    )
    op.execute(
        "insert into issuer_numbers (code, since, numbers, stated_at)"
        " select code, '0001-01-01', numbers, registered_at from issuer"
        " where numbers is not null and in_force_at is not null"
    )


def downgrade() -> None:
    # An earlier release holds what was said last against every day: it stands in the issuer.
    op.drop_table("issuer_numbers")
