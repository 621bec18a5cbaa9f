"""Quotas by mass: what a provider's actions of a day save is counted beside how many they are.

Days that are counted already get the mass of the actions that they counted: those that were
recorded on the day and not held because the quota was used.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# All versions of a programme have one zone.
COUNT = """
with zone as (
    select coalesce((select document ->> 'zone' from programme_document limit 1), 'Asia/Shanghai')
        as name
), first as (
    select provider_id, day, min(stripe) as stripe from provider_day group by 1, 2
)
update provider_day p set saved_mg = coalesce((
    select sum(a.saved_mg) from (
        select participant_id, action_id, provider_id, recorded_at, saved_mg from action
         union all
        select participant_id, action_id, provider_id, recorded_at, saved_mg from waiting_action
    ) a
     where a.provider_id = p.provider_id
       and (a.recorded_at at time zone (select name from zone))::date = p.day
       and not exists (
           select from action_hold h
            where h.participant_id = a.participant_id and h.action_id = a.action_id
              and h.reasons @> '[{"code": "quota"}]'
       )
), 0)
  from first f
 where f.provider_id = p.provider_id and f.day = p.day and f.stripe = p.stripe
"""


def upgrade() -> None:
    op.add_column(
        "provider_day", sa.Column("saved_mg", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(COUNT)
    op.alter_column("provider_day", "saved_mg", server_default=None)
    op.create_check_constraint(op.f("ck_provider_day_saved_mg"), "provider_day", "saved_mg >= 0")
    op.add_column("quota_alarm", sa.Column("saved_mg", sa.BigInteger(), nullable=True))
    op.add_column("quota_alarm", sa.Column("quota_mg", sa.BigInteger(), nullable=True))
    op.alter_column("quota_alarm", "quota", nullable=True)


def downgrade() -> None:
    # What was told of a mass alone cannot be said without it.
    op.execute("alter table quota_alarm disable trigger rows_are_final")
    op.execute("delete from quota_alarm where quota is null")
    op.execute("alter table quota_alarm enable trigger rows_are_final")
    op.alter_column("quota_alarm", "quota", nullable=False)
    op.drop_column("quota_alarm", "quota_mg")
    op.drop_column("quota_alarm", "saved_mg")
    op.drop_constraint(op.f("ck_provider_day_saved_mg"), "provider_day")
    op.drop_column("provider_day", "saved_mg")
