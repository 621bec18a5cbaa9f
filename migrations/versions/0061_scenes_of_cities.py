"""Scenes may be open in some regions only; those that are open stay open everywhere."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

STEPS_BEFORE = ("apply", "assess", "decline", "publish", "suspend", "lift", "carry")


def _steps(steps: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_scene_step_step"), "scene_step")
    op.create_check_constraint(
        op.f("ck_scene_step_step"), "scene_step", f"step in ({', '.join(map(repr, steps))})"
    )


def upgrade() -> None:
    regions = sa.Column(
        "regions", sa.dialects.postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("scene_admission", regions)
    _steps((*STEPS_BEFORE[:-1], "place", STEPS_BEFORE[-1]))


def downgrade() -> None:
    # Earlier releases know no regions: what is open in some only is closed, not opened everywhere,
    # and a change of place is told as what it was before, signatures of two.
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
    op.execute("alter table scene_step disable trigger rows_are_final")
    op.execute("update scene_step set step = 'lift' where step = 'place'")
    op.execute("alter table scene_step enable trigger rows_are_final")
    _steps(STEPS_BEFORE)
    op.drop_column("scene_admission", "regions")
