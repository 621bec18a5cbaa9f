"""Sightings: who shared what on a day. Nothing of the days before: no programme checked it."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sighting",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark_digest", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("day", "mark_digest", "participant_id", name=op.f("pk_sighting")),
    )
    op.create_table(
        "sighting_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mark_digest", sa.LargeBinary(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_sighting_day_people")),
        sa.PrimaryKeyConstraint("day", "mark_digest", name=op.f("pk_sighting_day")),
        postgresql_with={"fillfactor": "70"},
    )


def downgrade() -> None:
    op.drop_table("sighting_day")
    op.drop_table("sighting")
