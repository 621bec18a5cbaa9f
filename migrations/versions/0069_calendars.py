"""Calendars: the days of a year as two people publish them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "calendar_year",
        sa.Column("calendar_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("days", JSONB(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("calendar_id", name=op.f("pk_calendar_year")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on calendar_year"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release knows the package's years and the document's days.
    op.drop_table("calendar_year")
