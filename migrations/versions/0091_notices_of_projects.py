"""The whole life of a project; its public notice, and what people object during that."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

WERE = "'draft', 'submitted', 'designed', 'withdrawn'"
STATES = (
    "'draft', 'submitted', 'designed', 'on_notice', 'notice_closed', 'in_validation', 'returned',"
    " 'validated', 'registration_requested', 'registered', 'suspended', 'completed', 'rejected',"
    " 'withdrawn', 'lapsed', 'deregistered'"
)
KINDS = "'missing_credit', 'wrong_credit', 'points', 'redemption', 'personal_data', 'other'"


def upgrade() -> None:
    _words("project", "state", STATES)
    op.add_column("project", sa.Column("notice_until", sa.Date(), nullable=True))
    op.add_column("project", sa.Column("noticed_design", sa.Integer(), nullable=True))
    op.add_column("project", sa.Column("number", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_project_notice"),
        "project",
        "(notice_until is null) = (noticed_design is null)",
    )
    op.create_unique_constraint(op.f("uq_project_number"), "project", ["number"])
    op.create_index("ix_project_state_project_id", "project", ["state", "project_id"])
    _notices()
    op.add_column("complaint", sa.Column("project_id", sa.Uuid(), nullable=True))
    _words("complaint", "kind", f"{KINDS}, 'objection'")
    op.create_index(
        "ix_complaint_project",
        "complaint",
        ["project_id", "complaint_id"],
        postgresql_where=sa.text("project_id is not null"),
    )


def _notices() -> None:
    op.create_table(
        "project_notice",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("design_number", sa.Integer(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("by_rule", postgresql.JSONB(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_project_notice_digest")),
        sa.CheckConstraint("design_number > 0", name=op.f("ck_project_notice_design_number")),
        sa.CheckConstraint("number > 0", name=op.f("ck_project_notice_number")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_notice")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on project_notice"
        " for each statement execute function rows_are_final()"
    )


def downgrade() -> None:
    op.execute(
        f"""
        do $$ begin
          if exists (select from project where state not in ({WERE}))
             or exists (select from project_notice)
             or exists (select from complaint where kind = 'objection') then
            raise exception 'projects went on to a notice, which an earlier release does not know';
          end if;
        end $$
        """  # noqa: S608 - words of this file
    )
    op.drop_index("ix_complaint_project", "complaint")
    _words("complaint", "kind", KINDS)
    op.drop_column("complaint", "project_id")
    op.drop_table("project_notice")
    op.drop_index("ix_project_state_project_id", "project")
    op.drop_constraint(op.f("uq_project_number"), "project")
    op.drop_constraint(op.f("ck_project_notice"), "project")
    for name in ("number", "noticed_design", "notice_until"):
        op.drop_column("project", name)
    _words("project", "state", WERE)


def _words(table: str, column: str, known: str) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, f"{column} in ({known})")
