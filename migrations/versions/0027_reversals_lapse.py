"""A person can sign again a reversal that lapsed: their words differ by their moments."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

NAME = "pk_reversal_signature"
# One word of each person, the newest; the table's own triggers refuse any change.
KEEP_NEWEST = """
delete from reversal_signature s using reversal_signature newer
 where newer.action_id = s.action_id and newer.user_id = s.user_id
   and newer.signed_at > s.signed_at
"""


def upgrade() -> None:
    op.drop_constraint(op.f(NAME), "reversal_signature")
    op.create_primary_key(op.f(NAME), "reversal_signature", ["action_id", "user_id", "signed_at"])


def downgrade() -> None:
    op.execute("alter table reversal_signature disable trigger rows_are_final")
    op.execute(KEEP_NEWEST)
    op.execute("alter table reversal_signature enable trigger rows_are_final")
    op.drop_constraint(op.f(NAME), "reversal_signature")
    op.create_primary_key(op.f(NAME), "reversal_signature", ["action_id", "user_id"])
