"""Scenes are admitted, in the programme and to each provider; what was reported so far stays open.

Whoever reports today may go on: every category, and with it every behaviour, is published in the
programme and to every provider there is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

STATES = ("applied", "assessed", "declined", "published", "suspended")
STEPS = ("apply", "assess", "decline", "publish", "suspend", "lift", "carry")


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, words))})"


def upgrade() -> None:
    op.create_table(
        "scene_admission",
        sa.Column("admission_id", sa.Uuid(), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("scene", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("spans", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_no", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(_in("state", STATES), name=op.f("ck_scene_admission_state")),
        sa.PrimaryKeyConstraint("admission_id", name=op.f("pk_scene_admission")),
    )
    op.create_index(
        "uq_scene_admission_scene",
        "scene_admission",
        ["provider_id", "scene"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_scene_admission_changed_no", "scene_admission", ["changed_no"])
    op.create_index("ix_scene_admission_state", "scene_admission", ["state", "admission_id"])
    op.create_table(
        "scene_step",
        sa.Column("step_id", sa.Uuid(), nullable=False),
        sa.Column("admission_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_in("step", STEPS), name=op.f("ck_scene_step_step")),
        sa.CheckConstraint("(taken_by is null) = (role is null)", name=op.f("ck_scene_step_role")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_scene_step")),
    )
    op.create_index("ix_scene_step_admission_id", "scene_step", ["admission_id", "step_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on scene_step"
        " for each statement execute function rows_are_final()"
    )
    # Of releases before, nothing else is known than that it was open: since when does not matter.
    op.execute(
        """
        with scene (scene) as (
            select unnest(array['clothing', 'food', 'housing', 'travel', 'goods', 'office',
                                'digital_finance', 'project'])
        ), whose (provider_id) as (
            select organisation_id from organisation where kind = 'provider'
            union all select null where exists (select from organisation where kind = 'provider')
        ), carried as (
            insert into scene_admission (admission_id, provider_id, scene, state, revision, spans,
                                         applied_at, changed_at, changed_no)
            select gen_random_uuid(), provider_id, scene, 'published', 1,
                   '[["1970-01-01T00:00:00+00:00", null]]', now(), now(), 1
              from whose cross join scene
            returning admission_id
        ), told as (
            insert into scene_step (step_id, admission_id, step, taken_at)
            select gen_random_uuid(), admission_id, 'carry', now() from carried
        )
        insert into methodology_epoch (name, number) values ('scenes', 1)
        """
    )


def downgrade() -> None:
    # Whatever was closed can be reported again: earlier releases know of no admissions.
    op.drop_table("scene_step")
    op.drop_table("scene_admission")
    op.execute("delete from methodology_epoch where name = 'scenes'")
