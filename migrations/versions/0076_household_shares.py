"""What a household saved is shared: which actions are the parts of one whole."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if sa.inspect(op.get_bind()).has_table("household_share"):
        # It was kept when this step was taken back.
        return
    op.create_table(
        "household_share",
        sa.Column("whole_action_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("whole_mg", sa.BigInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        *(
            sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_household_share_{name}"))
            for name in ("parts", "whole_mg", "saved_mg")
        ),
        sa.PrimaryKeyConstraint(
            "whole_action_id", "participant_id", name=op.f("pk_household_share")
        ),
    )
    op.create_index(
        "ix_household_share_action_id",
        "household_share",
        ["action_id"],
        unique=True,
        postgresql_where=sa.text("action_id is not null"),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on household_share"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # What is shared stays: an earlier release does not look at it, and nothing else says which
    # actions are parts of one whole.
    op.execute(
        """
        do $$ begin
            if not exists (select from household_share) then
                drop table household_share;
            end if;
        end $$
        """
    )
