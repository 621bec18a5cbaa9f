"""Scenes may be open in some regions only; those that are open stay open everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

STEPS_BEFORE = ("apply", "assess", "decline", "publish", "suspend", "lift", "carry")


def _steps(steps: tuple[str, ...], **options: bool) -> None:
    op.drop_constraint(op.f("ck_scene_step_step"), "scene_step")
    condition = f"step in ({', '.join(map(repr, steps))})"
    op.create_check_constraint(op.f("ck_scene_step_step"), "scene_step", condition, **options)


def upgrade() -> None:
    regions = sa.Column(
        "regions", sa.dialects.postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("scene_admission", regions)
    _steps((*STEPS_BEFORE[:-1], "place", STEPS_BEFORE[-1]))


def downgrade() -> None:
    # Earlier releases know no regions: what is open in some only is closed, not opened everywhere.
    op.execute(
        """
        update scene_admission
           set state = case when regions <> '{}' and state = 'published' then 'suspended'
                            else state end,
               spans = (
                   select coalesce(jsonb_agg(jsonb_build_array(
                              one -> 0,
                              case when one -> 2 <> '[]' and one -> 1 = 'null'
                                   then to_jsonb(now()) else one -> 1 end)
                              order by number), '[]')
                     from jsonb_array_elements(spans) with ordinality as t (one, number)
                    where coalesce(one -> 2, '[]') = '[]' or (one ->> 0)::timestamptz <= now()
               ),
               changed_no = (select number + 1 from methodology_epoch where name = 'scenes')
         where jsonb_path_exists(spans, '$[*][2]')
        """
    )
    op.execute("update methodology_epoch set number = number + 1 where name = 'scenes'")
    # What was done stays written down as it was; only what comes is held to the earlier words.
    _steps(STEPS_BEFORE, postgresql_not_valid=True)
    op.drop_column("scene_admission", "regions")
