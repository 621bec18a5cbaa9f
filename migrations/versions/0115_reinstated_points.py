"""Expired points that two people give back, on a ground of their own; nobody did so before."""

from alembic import op

revision = "0115"
down_revision = "0114"
branch_labels = None
depends_on = None

_GROUNDS = "'missing_credit', 'credited_twice', 'wrong_person', 'outage', 'complaint_decided'"


def upgrade() -> None:
    _grounds(f"{_GROUNDS}, 'reinstated'")


def downgrade() -> None:
    # An earlier release does not know the ground, and would count none of them.
    op.execute(
        """
        do $$ begin
          if exists (select from points_adjustment where ground = 'reinstated') then
            raise exception 'expired points were given back';
          end if;
        end $$
        """
    )
    _grounds(_GROUNDS)


def _grounds(known: str) -> None:
    name = op.f("ck_points_adjustment_ground")
    op.drop_constraint(name, "points_adjustment")
    op.create_check_constraint(name, "points_adjustment", f"ground in ({known})")
