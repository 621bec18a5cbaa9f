"""Where people were is kept of a provider's report only with their separate consent to that.

What people agreed to before was that a provider reports their actions. Whether they had agreed
separately that it says where they were was between them and it, and nobody here knows: no consent
of before is taken for one. So what is kept of places by the word of providers is forgotten now,
some days before it would have been; what people reported themselves stays. Who is asked and agrees
has a consent to ``places``, and is read by the check of speed again from then on.
"""

from alembic import op

revision = "0103"
down_revision = "0102"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        delete from person_place p
         using (select participant_id, action_id, provider_id from action
                 union all
                select participant_id, action_id, provider_id from waiting_action) r
         where r.participant_id = p.participant_id and r.action_id = p.action_id
           and r.provider_id is not null and not exists (
               select from consent c
                where c.participant_id = p.participant_id
                  and c.organisation_id = r.provider_id
                  and c.scene = 'places' and c.withdrawn_at is null)
        """
    )


def downgrade() -> None:
    """Nothing: what was forgotten stays so."""
