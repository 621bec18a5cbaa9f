"""Validation of projects: who validates each, what they found, and their opinion."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

PROOFS = "'tenure', 'grid_connection', 'entrustment', 'supporting'"
FINAL = ("project_validation", "validation_opinion", "validation_finding", "validation_reply")


def upgrade() -> None:
    op.add_column("project", sa.Column("validator_id", sa.Uuid(), nullable=True))
    op.create_index("ix_project_validator_id_project_id", "project", ["validator_id", "project_id"])
    _proofs(f"{PROOFS}, 'validation_report'")
    _attempts()
    _findings()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _attempts() -> None:
    op.create_table(
        "project_validation",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("said", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("seated_by", sa.Uuid(), nullable=False),
        sa.Column("seated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how in ('drawn', 'approved', 'by_authority')", name=op.f("ck_project_validation_how")
        ),
        sa.CheckConstraint(
            "(how = 'by_authority') = (validator_id is null)",
            name=op.f("ck_project_validation_validator_id"),
        ),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_project_validation_digest")),
        sa.CheckConstraint("attempt > 0", name=op.f("ck_project_validation_attempt")),
        sa.CheckConstraint("design_number > 0", name=op.f("ck_project_validation_design_number")),
        sa.PrimaryKeyConstraint("project_id", "attempt", name=op.f("pk_project_validation")),
    )
    op.create_table(
        "validation_opinion",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("sha256", postgresql.BYTEA(), nullable=True),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict in ('positive', 'returned', 'negative', 'ended')",
            name=op.f("ck_validation_opinion_verdict"),
        ),
        sa.CheckConstraint(
            "(verdict in ('positive', 'returned', 'negative'))"
            " = (report_id is not null and sha256 is not null)",
            name=op.f("ck_validation_opinion_report"),
        ),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_validation_opinion_sha256")),
        sa.PrimaryKeyConstraint("project_id", "attempt", name=op.f("pk_validation_opinion")),
    )


def _findings() -> None:
    op.create_table(
        "validation_finding",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('CL', 'CAR', 'FAR')", name=op.f("ck_validation_finding_kind")),
        sa.PrimaryKeyConstraint("finding_id", name=op.f("pk_validation_finding")),
    )
    op.create_index(
        "ix_validation_finding_project_id_attempt", "validation_finding", ["project_id", "attempt"]
    )
    op.create_table(
        "validation_reply",
        sa.Column("finding_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replied_by", sa.Uuid(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reply in ('answered', 'raised', 'closed', 'kept')",
            name=op.f("ck_validation_reply_reply"),
        ),
        sa.PrimaryKeyConstraint("finding_id", "number", name=op.f("pk_validation_reply")),
    )


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from project_validation) then
            raise exception 'projects were validated, which an earlier release does not know';
          end if;
        end $$
        """
    )
    for table in reversed(FINAL):
        op.drop_table(table)
    _proofs(PROOFS)
    op.drop_index("ix_project_validator_id_project_id", "project")
    op.drop_column("project", "validator_id")


def _proofs(known: str) -> None:
    name = op.f("ck_project_proof_kind")
    op.drop_constraint(name, "project_proof")
    op.create_check_constraint(name, "project_proof", f"kind in ({known})")
