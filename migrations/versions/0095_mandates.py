"""An entrustment may have caps, or be for one bundle alone; what a cap leaves out is kept.

What was entrusted before has no caps and is for every bundle, as it was. A bundle of several
methodologies names them; one of before that named none may hold every one, as it was opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

CAPS = ("most_mg_per_year", "most_mg_per_bundle")


def upgrade() -> None:
    op.add_column("bundle", sa.Column("methodologies", sa.ARRAY(sa.Text())))
    op.add_column("contribution", sa.Column("bundle_id", sa.Uuid()))
    for name in CAPS:
        op.add_column("contribution", sa.Column(name, sa.BigInteger()))
    op.add_column("contribution", sa.Column("most_percent", sa.SmallInteger()))
    op.create_check_constraint(
        op.f("ck_contribution_caps"),
        "contribution",
        "most_mg_per_year > 0 and most_mg_per_bundle > 0 and most_percent between 1 and 100",
    )
    op.create_index(
        "ix_contribution_capped",
        "contribution",
        ["participant_id"],
        postgresql_where=sa.text(
            "withdrawn_at is null"
            " and num_nonnulls(most_mg_per_year, most_mg_per_bundle, most_percent) > 0"
        ),
    )
    op.create_table(
        "mandate_count",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("qualified_mg", sa.BigInteger(), nullable=False),
        sa.Column("bundle_mg", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "phase in ('preview', 'selection')", name=op.f("ck_mandate_count_phase")
        ),
        sa.PrimaryKeyConstraint(
            "bundle_id", "phase", "participant_id", "contribution_id", name=op.f("pk_mandate_count")
        ),
    )
    op.create_table(
        "capped_reduction",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("contribution_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "action_id", "bundle_id", name=op.f("pk_capped_reduction")
        ),
    )
    op.create_index("ix_capped_reduction_bundle_id", "capped_reduction", ["bundle_id"])
    op.execute(_STEP)
    op.execute(_FITS)
    op.execute(
        """
        create aggregate within_mandate(
            bigint, bigint, bigint, bigint, bigint, bigint, smallint) (
            sfunc = mandate_step, stype = bigint[], finalfunc = mandate_fits)
        """
    )


# The state: mg that qualified, mg taken of the bundle, mg taken of the year, whether the last fits.
_STEP = """
    create function mandate_step(
        state bigint[], saved_mg bigint, qualified_mg bigint, bundle_mg bigint, year_mg bigint,
        most_of_bundle bigint, most_of_year bigint, most_percent smallint)
    returns bigint[] language plpgsql immutable as $$
    begin
      if state is null then
        state := array[qualified_mg, bundle_mg, year_mg, 0];
      end if;
      state[1] := state[1] + saved_mg;
      if (most_of_bundle is null or state[2] + saved_mg <= most_of_bundle)
         and (most_of_year is null or state[3] + saved_mg <= most_of_year)
         and (most_percent is null or (state[2] + saved_mg) * 100 <= most_percent * state[1]) then
        return array[state[1], state[2] + saved_mg, state[3] + saved_mg, 1];
      end if;
      state[4] := 0;
      return state;
    end $$
"""
_FITS = """
    create function mandate_fits(state bigint[]) returns boolean language sql immutable
    as $$ select state[4] = 1 $$
"""


def downgrade() -> None:
    # An earlier release would pool what its person wants to keep.
    op.execute(
        """
        do $$ begin
          if exists (select from contribution
                      where num_nonnulls(bundle_id, most_mg_per_year, most_mg_per_bundle,
                                         most_percent) > 0) then
            raise exception 'people stated caps, or entrusted for one bundle alone';
          end if;
          if exists (select from bundle where methodologies is not null) then
            raise exception 'bundles hold named methodologies';
          end if;
        end $$
        """
    )
    op.execute(
        "drop aggregate within_mandate(bigint, bigint, bigint, bigint, bigint, bigint, smallint)"
    )
    op.execute("drop function mandate_fits")
    op.execute("drop function mandate_step")
    op.drop_table("capped_reduction")
    op.drop_table("mandate_count")
    op.drop_index("ix_contribution_capped", table_name="contribution")
    op.drop_constraint(op.f("ck_contribution_caps"), "contribution")
    op.drop_column("bundle", "methodologies")
    for name in ("most_percent", *reversed(CAPS), "bundle_id"):
        op.drop_column("contribution", name)
