"""Notices that points expire, and what first times brought; there was neither before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOMAIN

revision = "0114"
down_revision = "0113"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "points_expiry_notice",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "expires_on", name=op.f("pk_points_expiry_notice")
        ),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on points_expiry_notice"
        " for each statement execute function rows_are_final()"
    )
    op.create_table(
        "points_bonus",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column(
            "points", DOMAIN("small_amount", sa.Integer(), create_type=False), nullable=False
        ),
        sa.PrimaryKeyConstraint("participant_id", "code", name=op.f("pk_points_bonus")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on points_bonus"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release tells nobody; the points of a first time are those of its action.
    op.drop_table("points_bonus")
    op.drop_table("points_expiry_notice")
