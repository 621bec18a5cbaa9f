"""Methodologies: drafts, their steps and withdrawals, shadow runs; what is published stays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# As they were when this step was written; the release's own text may change, this one never.
FINAL_VERSIONS = """
create or replace function methodology_version_is_final() returns trigger language plpgsql as $$
begin
    if old.state = 'published' then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a published methodology never changes: ' || old.code || '@' || old.version;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    if (new.code, new.version) is distinct from (old.code, old.version) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a methodology version keeps its name: ' || old.code || '@' || old.version;
    end if;
    return new;
end $$;
create trigger methodology_version_is_final before update or delete on methodology_version
    for each row execute function methodology_version_is_final();
"""

FINAL_STEPS = """
create or replace function methodology_step_is_final() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = 'what was decided stays on record: ' || old.code || '@' || old.version;
end $$;
create trigger methodology_step_is_final before update or delete on methodology_step
    for each row execute function methodology_step_is_final();
create trigger methodology_withdrawal_is_final before update or delete on methodology_withdrawal
    for each row execute function methodology_step_is_final();
"""

NO_FINAL_VERSIONS = """
drop trigger if exists methodology_version_is_final on methodology_version;
drop function if exists methodology_version_is_final();
"""

NO_FINAL_STEPS = """
drop trigger if exists methodology_step_is_final on methodology_step;
drop trigger if exists methodology_withdrawal_is_final on methodology_withdrawal;
drop function if exists methodology_step_is_final();
"""


def _methodology_version() -> None:
    op.create_table(
        "methodology_version",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("examples", sa.Text(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("application", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (published_at is not null)",
            name=op.f("ck_methodology_version_published"),
        ),
        sa.CheckConstraint(
            "state in ('draft', 'filed', 'reviewed', 'published')",
            name=op.f("ck_methodology_version_state"),
        ),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_methodology_version")),
        sa.UniqueConstraint("digest", name=op.f("uq_methodology_version_digest")),
    )


def _methodology_step() -> None:
    op.create_table(
        "methodology_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_methodology_step")),
    )
    op.create_index("ix_methodology_step_code_version", "methodology_step", ["code", "version"])


def _methodology_withdrawal() -> None:
    op.create_table(
        "methodology_withdrawal",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("withdrawn_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", "version", name=op.f("pk_methodology_withdrawal")),
    )


def _methodology_epoch() -> None:
    op.create_table(
        "methodology_epoch",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_methodology_epoch")),
    )


def _shadow_run() -> None:
    op.create_table(
        "shadow_run",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("sample", sa.Integer(), nullable=True),
        sa.Column("seed", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_shadow_run")),
    )
    op.create_index("ix_shadow_run_code_version", "shadow_run", ["code", "version"])


def upgrade() -> None:
    _methodology_version()
    _methodology_step()
    _methodology_withdrawal()
    _methodology_epoch()
    _shadow_run()
    op.execute(FINAL_VERSIONS)
    op.execute(FINAL_STEPS)


def downgrade() -> None:
    op.execute(NO_FINAL_STEPS)
    op.execute(NO_FINAL_VERSIONS)
    op.drop_table("shadow_run")
    op.drop_table("methodology_epoch")
    op.drop_table("methodology_withdrawal")
    op.drop_table("methodology_step")
    op.drop_table("methodology_version")
