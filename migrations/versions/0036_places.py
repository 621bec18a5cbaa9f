"""Places: where people were at the begin and the end of what they did, sealed and not for long.

Nobody told a place before. What is kept is forgotten by a downgrade: it serves one check only.
What waits is found by who reported it, and installations by the organisation that holds them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_place",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_person_place")),
    )
    op.create_index(
        "ix_person_place_participant_id_starts_at", "person_place", ["participant_id", "starts_at"]
    )
    op.create_index("ix_person_place_forget_at", "person_place", ["forget_at"])
    op.create_index("ix_waiting_action_provider_id", "waiting_action", ["provider_id"])
    op.create_index("ix_installation_organisation_id", "installation", ["organisation_id"])


def downgrade() -> None:
    op.drop_index("ix_installation_organisation_id", table_name="installation")
    op.drop_index("ix_waiting_action_provider_id", table_name="waiting_action")
    op.drop_table("person_place")
