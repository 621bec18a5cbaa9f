"""Quotas: how many actions a provider reported on a day, and that most of them are used.

Nothing is counted of the days before: no programme stated a quota.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_day",
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("stripe", sa.SmallInteger(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("actions > 0", name=op.f("ck_provider_day_actions")),
        sa.PrimaryKeyConstraint("provider_id", "day", "stripe", name=op.f("pk_provider_day")),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_table(
        "quota_alarm",
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.Column("quota", sa.BigInteger(), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("alarm_id", name=op.f("pk_quota_alarm")),
        sa.UniqueConstraint("provider_id", "day", name=op.f("uq_quota_alarm_provider_id_day")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on quota_alarm"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.drop_table("quota_alarm")
    op.drop_table("provider_day")
