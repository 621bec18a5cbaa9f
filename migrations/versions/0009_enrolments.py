"""Enrolments: which organisations enrolled whom, told from what is known until now."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "organisation_id", name=op.f("pk_enrolment")),
    )
    # Who enrolled a person first is in its row; whoever has a consent enrolled the person too.
    op.execute(
        """
        insert into enrolment (participant_id, organisation_id, enrolled_at)
        select participant_id, organisation_id, min(enrolled_at)
          from (select participant_id, enrolled_by as organisation_id, enrolled_at
                  from participant
                union all
                select participant_id, organisation_id, recorded_at from consent) known
         group by participant_id, organisation_id
        """
    )


def downgrade() -> None:
    op.drop_table("enrolment")
