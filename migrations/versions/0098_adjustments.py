"""Points that two people give or take by hand; nothing was adjusted before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import DOMAIN

revision = "0098"
down_revision = "0097"
branch_labels = None
depends_on = None

_CHANGE = DOMAIN("lot_change", sa.BigInteger(), create_type=False)
_KINDS = (
    "'award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover', 'expire',"
    " 'write_off', 'carry'"
)
_STEPS = (
    "'verifier.admit', 'verifier.remove', 'organisation.state_ties', 'issuer.state_numbers',"
    " 'user.limit', 'redemption.reverse_for_merchant', 'action.reverse_days'"
)
_GROUNDS = "'missing_credit', 'credited_twice', 'wrong_person', 'outage', 'complaint_decided'"


def upgrade() -> None:
    _kinds(f"{_KINDS}, 'adjust'")
    _steps(f"{_STEPS}, 'points.adjust'")
    op.create_table(
        "points_adjustment",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("points", _CHANGE, nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=False),
        sa.Column("adjusted_by", sa.Uuid(), nullable=False),
        sa.Column("adjusted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"ground in ({_GROUNDS})", name=op.f("ck_points_adjustment_ground")),
        sa.PrimaryKeyConstraint(
            "participant_id", "adjustment_id", name=op.f("pk_points_adjustment")
        ),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on points_adjustment"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release has no kind for them, and its audit would miss the points.
    op.execute(
        """
        do $$ begin
          if exists (select from points_adjustment) then
            raise exception 'points were adjusted by hand';
          end if;
        end $$
        """
    )
    op.drop_table("points_adjustment")
    op.execute("delete from proposal where step = 'points.adjust'")
    _steps(_STEPS)
    _kinds(_KINDS)


def _kinds(known: str) -> None:
    op.execute("alter domain points_kind drop constraint points_kind")
    op.execute(f"alter domain points_kind add constraint points_kind check (value in ({known}))")


def _steps(known: str) -> None:
    op.drop_constraint(op.f("ck_proposal_step"), "proposal")
    op.create_check_constraint(op.f("ck_proposal_step"), "proposal", f"step in ({known})")
