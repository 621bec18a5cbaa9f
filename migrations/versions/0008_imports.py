"""Imports by HTTP: the parts of an uploaded file, and of the file that says what was refused."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "import_part",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.BYTEA(), nullable=False),
        sa.CheckConstraint("kind in ('file', 'refusals')", name=op.f("ck_import_part_kind")),
        sa.PrimaryKeyConstraint("import_id", "kind", "part_no", name=op.f("pk_import_part")),
    )


def downgrade() -> None:
    op.drop_table("import_part")
