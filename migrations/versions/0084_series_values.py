"""Values that a programme adds to series of factors and to sets of warming potentials."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series_value",
        sa.Column("value_id", sa.Uuid(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=False),
        sa.Column("gas", sa.Text(), nullable=False),
        sa.Column("data_year", sa.SmallInteger(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("holds_from", sa.Date(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("copy", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("value_id", name=op.f("pk_series_value")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on series_value"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    # What was computed by one names it: an earlier release would not find the factor again.
    op.execute(
        """
        do $$ begin
          if exists (select from action
                      where calculation::text like '%svl\\_%' escape '\\') then
            raise exception 'actions were computed by values that this programme supplied';
          end if;
        end $$
        """
    )
    op.drop_table("series_value")
