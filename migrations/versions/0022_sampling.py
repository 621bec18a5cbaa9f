"""Draws that nobody chooses: secrets, populations by strata, and the steps of verifications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bundle", sa.Column("commitment", sa.LargeBinary(), nullable=True))
    op.add_column(
        "bundle_sample", sa.Column("stratum", sa.Integer(), server_default="0", nullable=False)
    )
    op.create_table(
        "sampling_secret",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", name=op.f("pk_sampling_secret")),
    )
    op.create_table(
        "bundle_population",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("stratum", sa.Integer(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.Boolean(), server_default="false", nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "action_id", name=op.f("pk_bundle_population")),
    )
    op.create_index("ix_bundle_population_action_id", "bundle_population", ["action_id"])
    _steps()
    _carry_over()


def _steps() -> None:
    op.create_table(
        "verification_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_verification_step")),
    )
    op.create_index(
        "ix_verification_step_bundle_id_step_id", "verification_step", ["bundle_id", "step_id"]
    )
    op.execute(
        "create function only_added() returns trigger language plpgsql as $$"
        " begin raise exception 'rows of % are only added', tg_table_name; end $$"
    )
    op.execute(
        "create trigger verification_step_only_added before update or delete on verification_step"
        " for each statement execute function only_added()"
    )


def _carry_over() -> None:
    # A bundle that is not submitted yet gets its secret now; 244 bits of it are random.
    op.execute(
        """
        insert into sampling_secret (bundle_id, secret)
        select bundle_id,
               sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()))
          from bundle where state in ('draft', 'selecting', 'selected', 'reported')
        """
    )
    op.execute(
        """
        update bundle set commitment = sha256(s.secret)
          from sampling_secret s where s.bundle_id = bundle.bundle_id
        """
    )
    # What is under verification keeps its plan and sample, as one stratum.
    op.execute(
        """
        insert into bundle_population (bundle_id, action_id, stratum, behaviour, saved_mg)
        select e.bundle_id, e.action_id, 0, a.behaviour, e.saved_mg
          from bundle b
          join bundle_entry e on e.bundle_id = b.bundle_id
          join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
         where b.state = 'submitted'
        """
    )


def downgrade() -> None:
    op.drop_table("verification_step")
    op.execute("drop function only_added()")
    op.drop_table("bundle_population")
    op.drop_table("sampling_secret")
    op.drop_column("bundle_sample", "stratum")
    op.drop_column("bundle", "commitment")
