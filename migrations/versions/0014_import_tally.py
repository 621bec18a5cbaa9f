"""What an import recorded is kept with each batch, so that its counts outlive a killed worker."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COUNTED = ("recorded", "recorded_lines", "enrolled", "saved_mg", "points")


def upgrade() -> None:
    op.create_table(
        "import_tally",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in COUNTED),
        sa.Column("outcome", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            " and ".join(f"{name} >= 0" for name in COUNTED), name=op.f("ck_import_tally_counted")
        ),
        sa.PrimaryKeyConstraint("import_id", name=op.f("pk_import_tally")),
    )


def downgrade() -> None:
    op.drop_table("import_tally")
