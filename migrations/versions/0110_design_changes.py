"""Changes of the designs of registered projects."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0110"
down_revision = "0109"
branch_labels = None
depends_on = None

KINDS = "'start_date', 'monitoring_plan', 'boundary', 'parameters', 'technical_design', 'renewal'"
UNDER_WAY = "'proposed', 'in_validation', 'validated'"


def upgrade() -> None:
    op.create_table(
        "design_change",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("expected", postgresql.JSONB(), nullable=False),
        sa.Column("expected_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("rule_digest", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("validator_id", sa.Uuid(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("report", postgresql.BYTEA(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("design_number", sa.Integer(), nullable=True),
        *_checks(),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_design_change")),
        sa.UniqueConstraint(
            "project_id", "design_number", name=op.f("uq_design_change_project_id_design_number")
        ),
    )
    op.create_index(
        "uq_design_change_under_way",
        "design_change",
        ["project_id"],
        unique=True,
        postgresql_where=sa.text(f"state in ({UNDER_WAY})"),
    )
    op.create_index(
        op.f("ix_design_change_validator_id_project_id"),
        "design_change",
        ["validator_id", "project_id"],
    )


def _checks() -> list[sa.CheckConstraint]:
    checks = {
        "kind": f"kind in ({KINDS})",
        "state": f"state in ({UNDER_WAY}, 'accepted', 'negative', 'refused', 'withdrawn')",
        "reason": "(state = 'refused') = (reason is not null)",
        "accepted": "(state = 'accepted') = (design_number is not null)",
        "opinion": "(statement is null) = (report is null)"
        " and (report is null or validator_id is not null)",
        "digest": "length(digest) = 32",
        "expected_digest": "length(expected_digest) = 32",
        "report": "length(report) = 32",
        "number": "number > 0",
    }
    return [
        sa.CheckConstraint(text, name=op.f(f"ck_design_change_{name}"))
        for name, text in checks.items()
    ]


def downgrade() -> None:
    op.execute(
        """
        do $$ begin
          if exists (select from design_change) then
            raise exception 'designs of projects changed, which an earlier release does not know';
          end if;
        end $$
        """
    )
    op.drop_table("design_change")
