"""Verifiers: the authority's pool, what is declared of ties, and who was given which bundle."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

TABLES = (
    "verifier_pool_step",
    "independence_declaration",
    "verifier_approval",
    "verifier_seat",
    "verifier_refusal",
)


def upgrade() -> None:
    op.create_table(
        "verifier_pool_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("admitted", sa.Boolean(), nullable=False),
        sa.Column("behaviours", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_verifier_pool_step")),
    )
    op.create_table(
        "independence_declaration",
        sa.Column("declaration_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("by_itself", sa.Boolean(), nullable=False),
        sa.Column("interests", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("of_operator", sa.Boolean(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=True),
        sa.Column("group_key", sa.Text(), nullable=True),
        sa.Column("declared_by", sa.Uuid(), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("declaration_id", name=op.f("pk_independence_declaration")),
    )
    _seats()
    for table, column, moment in (
        ("verifier_pool_step", "organisation_id", "decided_at"),
        ("independence_declaration", "organisation_id", "declared_at"),
        ("verifier_approval", "bundle_id", "approved_at"),
    ):
        op.create_index(f"ix_{table}_{column}_{moment}", table, [column, moment])
    _carry_over()
    for table in TABLES:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _seats() -> None:
    op.create_table(
        "verifier_approval",
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("approval_id", name=op.f("pk_verifier_approval")),
    )
    op.create_table(
        "verifier_seat",
        sa.Column("seat_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how in ('drawn', 'kept', 'approved', 'named')", name=op.f("ck_verifier_seat_how")
        ),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_verifier_seat")),
        sa.UniqueConstraint(
            "bundle_id", "attempt", name=op.f("uq_verifier_seat_bundle_id_attempt")
        ),
    )
    op.create_table(
        "verifier_refusal",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("verifier_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "verifier_id", name=op.f("pk_verifier_refusal")),
    )


def _carry_over() -> None:
    # Whom the operator named goes on with what it was given, and counts as having verified lately.
    # The id of the bundle is older than any that follows: seats are read in the order of ids.
    op.execute(
        """
        insert into verifier_seat (seat_id, bundle_id, attempt, verifier_id, how, seated_at)
        select bundle_id, bundle_id, 1, verifier_id, 'named',
               coalesce(cast(sampling_plan ->> 'drawn_at' as timestamptz), created_at)
          from bundle where verifier_id is not null
        """
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
