"""Leaving: the moment at which a person left, as far as it is known; and dates that cannot be."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("participant", sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(
        op.f("ck_participant_closed_at"), "participant", "closed_at is null or state = 'closed'"
    )
    # Whose login ended with the account left at that moment; of the others it was not kept.
    op.execute(
        """
        update participant p set closed_at = u.disabled_at
          from (select participant_id, max(disabled_at) as disabled_at
                  from app_user where participant_id is not null group by 1) u
         where u.participant_id = p.participant_id and p.state = 'closed'
           and not exists (select from action a
                            where a.participant_id = p.participant_id
                              and a.recorded_at > u.disabled_at)
        """
    )
    # A consent dated to the year 1 could be stored, and its person not be read any more.
    op.execute(
        """
        update consent set granted_at = '2000-01-01T00:00:00Z'
         where granted_at < '2000-01-01T00:00:00Z'
        """
    )
    op.create_check_constraint(
        op.f("ck_consent_granted_at"), "consent", "granted_at >= '2000-01-01T00:00:00Z'"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_consent_granted_at"), "consent")
    op.drop_constraint(op.f("ck_participant_closed_at"), "participant")
    op.drop_column("participant", "closed_at")
