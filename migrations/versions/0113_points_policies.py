"""Points policies as two people publish them; nobody published one here before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

revision = "0113"
down_revision = "0112"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "points_policy",
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("content", JSONB(), nullable=False),
        sa.Column("digest", BYTEA(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("policy_id", name=op.f("pk_points_policy")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on points_policy"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # An earlier release would give points by another policy than the one that was promised.
    op.execute(
        """
        do $$ begin
          if exists (select from points_policy p
                      where (select count(distinct s.role) from signature s
                              where s.subject_kind = 'points_policy'
                                and s.subject_id = p.policy_id) = 2) then
            raise exception 'points policies were published over the API';
          end if;
        end $$
        """
    )
    op.drop_table("points_policy")
