"""Boundaries of covered emitters, as two people publish them; the register says which says what."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emitter_boundary",
        sa.Column("boundary_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("market", sa.Text(), nullable=False),
        sa.Column("first_year", sa.SmallInteger(), nullable=False),
        sa.Column("last_year", sa.SmallInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("numbers", JSONB(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("boundary_id", name=op.f("pk_emitter_boundary")),
    )
    op.create_index("ix_emitter_boundary_organisation_id", "emitter_boundary", ["organisation_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on emitter_boundary"
        " for each statement execute function rows_are_final()"
    )
    op.add_column("declared_elsewhere", sa.Column("boundary_id", sa.Uuid(), nullable=True))
    op.create_index("ix_declared_elsewhere_boundary_id", "declared_elsewhere", ["boundary_id"])


def downgrade() -> None:
    # What boundaries own stays in the register, as anything else that was declared.
    op.drop_index("ix_declared_elsewhere_boundary_id", table_name="declared_elsewhere")
    op.drop_column("declared_elsewhere", "boundary_id")
    op.drop_table("emitter_boundary")
