"""Cities: users who act for the programme may be limited to one; who acts now has no limit.

A complaint says where: in the region of its action, else where its person is at home. Of those that
are kept, that is where the person is at home now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

STEPS = (
    *("approve", "accept", "lock", "unlock", "end", "invite", "link_password"),
    *("change_password", "reset_factor", "renew_factor", "renew_codes", "link_openid"),
    *("sign_approve", "sign_end", "sign_reset"),
)


def upgrade() -> None:
    op.create_table(
        "staff_area",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_staff_area")),
    )
    # As before it: a later one holds every row to the words.
    _steps(*STEPS, "limit_area", valid=False)
    op.create_index("ix_waiting_action_region", "waiting_action", ["region", "action_id"])
    op.add_column("complaint", sa.Column("region", sa.Text(), nullable=True))
    op.execute(
        """
        update complaint c set region = coalesce(
            (select a.region from action a
              where a.participant_id = c.participant_id and a.action_id = c.action_id),
            (select p.region from participant p where p.participant_id = c.participant_id))
        """
    )
    op.alter_column("complaint", "region", nullable=False)
    op.create_index("ix_complaint_region", "complaint", ["region", "due_at"])


def downgrade() -> None:
    # Whoever was limited to a city is not any more.
    op.drop_index("ix_complaint_region", table_name="complaint")
    op.drop_column("complaint", "region")
    op.drop_index("ix_waiting_action_region", table_name="waiting_action")
    # What was done to users stays in their history.
    _steps(*STEPS, valid=False)
    op.drop_table("staff_area")


def _steps(*steps: str, valid: bool = True) -> None:
    words = ", ".join(map(repr, steps))
    op.drop_constraint(op.f("ck_user_step_step"), "user_step", type_="check")
    op.execute(
        f"alter table user_step add constraint ck_user_step_step check (step in ({words}))"
        f"{'' if valid else ' not valid'}"
    )
