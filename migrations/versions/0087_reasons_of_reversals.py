"""Why a sale was taken back, and who of the programme did it in a merchant's place; two people take
back what a provider reported in days.

Sales that were taken back before have no reason; the log knows who of the programme did some.
"""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

GROUNDS = (
    "'goods_returned', 'not_handed_over', 'wrong_item', 'charged_twice', 'wrong_person',"
    " 'till_fault'"
)
STEPS = (
    "'verifier.admit', 'verifier.remove', 'organisation.state_ties', 'issuer.state_numbers',"
    " 'user.limit'"
)

NEW_STEPS = "'redemption.reverse_for_merchant', 'action.reverse_days'"


def upgrade() -> None:
    for name in ("reason_code", "reason"):
        op.add_column("redemption_reversal", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("redemption_reversal", sa.Column("reversed_by", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("ck_redemption_reversal_reason_code"),
        "redemption_reversal",
        f"reason_code in ({GROUNDS})",
    )
    op.create_check_constraint(
        op.f("ck_redemption_reversal_said_why"),
        "redemption_reversal",
        "reversed_by is null or (reason_code is not null and reason is not null)",
    )
    _steps(f"{STEPS}, {NEW_STEPS}")


def downgrade() -> None:
    op.execute(f"delete from proposal where step in ({NEW_STEPS})")  # noqa: S608 - of this file
    _steps(STEPS)
    op.drop_constraint(op.f("ck_redemption_reversal_said_why"), "redemption_reversal")
    op.drop_constraint(op.f("ck_redemption_reversal_reason_code"), "redemption_reversal")
    for name in ("reversed_by", "reason", "reason_code"):
        op.drop_column("redemption_reversal", name)


def _steps(known: str) -> None:
    op.drop_constraint(op.f("ck_proposal_step"), "proposal")
    op.create_check_constraint(op.f("ck_proposal_step"), "proposal", f"step in ({known})")
