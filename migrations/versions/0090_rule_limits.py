"""What people have used of the limits of rules, in each civil period."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOMAIN

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

_AMOUNT = DOMAIN("amount", sa.BigInteger(), create_type=False)


def upgrade() -> None:
    _used("rule_limit", "participant_id", _AMOUNT, postgresql_with={"fillfactor": "70"})
    _used("tombstone_rule_limit", "tombstone_digest", sa.BigInteger())
    _used("inherited_rule_limit", "participant_id", sa.BigInteger())


def _used(table: str, whose: str, amount: sa.types.TypeEngine[int], **options: object) -> None:
    first = sa.LargeBinary() if whose == "tombstone_digest" else sa.Uuid()
    op.create_table(
        table,
        sa.Column(whose, first, nullable=False),
        sa.Column("limit_code", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("used", amount, nullable=False),
        sa.PrimaryKeyConstraint(whose, "limit_code", "period_start", name=op.f(f"pk_{table}")),
        **options,
    )


def downgrade() -> None:
    # An earlier release neither keeps the limits nor computes what was limited.
    op.execute(
        """
        do $$ begin
          if exists (select from rule_limit) or exists (select from tombstone_rule_limit) then
            raise exception 'actions were limited by their rules';
          end if;
        end $$
        """
    )
    for table in ("inherited_rule_limit", "tombstone_rule_limit", "rule_limit"):
        op.drop_table(table)
