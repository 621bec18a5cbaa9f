"""Registration of projects: what was asked and decided, numbers, and meters as projects' own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

MECHANISMS = (
    "'ccer', 'green_certificate', 'international', 'other_scheme', 'covered_emitter',"
    " 'other_installation'"
)


def upgrade() -> None:
    op.add_column("project", sa.Column("ends_before", sa.Date(), nullable=True))
    op.create_check_constraint(
        op.f("ck_project_registered"), "project", "(number is null) = (ends_before is null)"
    )
    op.create_table(
        "project_decision",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("clause", sa.Text(), nullable=True),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("dossier", postgresql.JSONB(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "step in ('ask', 'register', 'refuse', 'suspend', 'resume', 'deregister')",
            name=op.f("ck_project_decision_step"),
        ),
        sa.CheckConstraint(
            "(step = 'ask') = (dossier is not null)", name=op.f("ck_project_decision_dossier")
        ),
        sa.CheckConstraint(
            "(step = 'refuse') = (clause is not null)", name=op.f("ck_project_decision_clause")
        ),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_project_decision_digest")),
        sa.CheckConstraint("number > 0", name=op.f("ck_project_decision_number")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_decision")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on project_decision"
        " for each statement execute function rows_are_final()"
    )
    _mechanisms(f"{MECHANISMS}, 'project'")


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from project_decision) then
            raise exception 'registrations were asked for, which an earlier release does not know';
          end if;
        end $$
        """
    )
    _mechanisms(MECHANISMS)
    op.drop_table("project_decision")
    op.drop_constraint(op.f("ck_project_registered"), "project")
    op.drop_column("project", "ends_before")


def _mechanisms(known: str) -> None:
    name = op.f("ck_declared_elsewhere_mechanism")
    op.drop_constraint(name, "declared_elsewhere")
    op.create_check_constraint(name, "declared_elsewhere", f"mechanism in ({known})")
