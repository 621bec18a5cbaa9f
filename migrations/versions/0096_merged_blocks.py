"""Blocks are merged; and what is split or merged stands whole in other blocks, or nothing does.

What was split before is looked at once, as the trigger looks at each from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

BEFORE = (
    *("active", "reserved", "retired", "cancelled", "split", "buffer"),
    "suspended",
)
_FINAL = """
create or replace function unit_block_is_final() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a unit block is never deleted: ' || old.block_id::text;
    end if;
    if old.state in ({final}) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a ' || old.state || ' unit block is final: ' || old.block_id::text;
    end if;
    if (new.block_id, new.bundle_id, new.numbers, new.unit_class, new.vintage, new.created_at)
        is distinct from
       (old.block_id, old.bundle_id, old.numbers, old.unit_class, old.vintage, old.created_at)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'the numbers and origin of a unit block never change: '
                || old.block_id::text;
    end if;
    return new;
end $$
"""
# Asked at the end of the transaction, of each block that was split or merged in it.
_REPLACED = """
create function unit_block_is_replaced() returns trigger language plpgsql as $$
declare
    stands int8multirange;
    tonnes bigint;
begin
    if new.state = 'split' then
        select range_agg(c.numbers), sum(upper(c.numbers) - lower(c.numbers))
          into stands, tonnes
          from unit_block c
         where c.parent_id = new.block_id and c.bundle_id = new.bundle_id
           and c.unit_class = new.unit_class and c.vintage = new.vintage;
    else
        select range_agg(m.numbers * new.numbers),
               sum(upper(m.numbers * new.numbers) - lower(m.numbers * new.numbers))
          into stands, tonnes
          from unit_block m
         where m.block_id = new.merged_into and m.bundle_id = new.bundle_id
           and m.unit_class = new.unit_class and m.vintage = new.vintage
           and (select range_agg(p.numbers) from unit_block p where p.merged_into = m.block_id)
               = int8multirange(m.numbers);
    end if;
    if stands is distinct from int8multirange(new.numbers)
       or tonnes is distinct from upper(new.numbers) - lower(new.numbers) then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'what stands for a ' || new.state || ' unit block is not the whole of it: '
                || new.block_id::text;
    end if;
    return null;
end $$
"""
_TRIGGER = """
create constraint trigger unit_block_is_replaced after update of state on unit_block
    deferrable initially deferred for each row
    when (new.state in ('split', 'merged')) execute function unit_block_is_replaced()
"""
_LOOK_ONCE = """
do $$ begin
  if exists (
    select from unit_block p
      left join lateral (
        select range_agg(c.numbers) as stands from unit_block c where c.parent_id = p.block_id
      ) c on true
     where p.state = 'split' and c.stands is distinct from int8multirange(p.numbers)) then
    raise exception 'a block was split into parts that are not the whole of it: run the audit';
  end if;
end $$
"""


def upgrade() -> None:
    op.add_column("unit_block", sa.Column("merged_into", sa.Uuid()))
    for name in ("parent_id", "merged_into"):
        op.create_index(
            f"ix_unit_block_{name}",
            "unit_block",
            [name],
            postgresql_where=sa.text(f"{name} is not null"),
        )
    _states((*BEFORE, "merged"), live="state not in ('split', 'merged')")
    op.execute(_FINAL.format(final="'retired', 'cancelled', 'split', 'merged'"))
    op.execute(_LOOK_ONCE)
    op.execute(_REPLACED)
    op.execute(_TRIGGER)


def _states(states: tuple[str, ...], *, live: str) -> None:
    """The states that a block may have, and of which no two share a number."""
    op.drop_constraint(op.f("ck_unit_block_state"), "unit_block")
    listed = ", ".join(f"'{each}'" for each in states)
    op.create_check_constraint(op.f("ck_unit_block_state"), "unit_block", f"state in ({listed})")
    op.drop_constraint("ex_unit_block_numbers", "unit_block")
    op.create_exclude_constraint(
        "ex_unit_block_numbers",
        "unit_block",
        (sa.column("numbers"), "&&"),
        where=sa.text(live),
        using="gist",
    )


def downgrade() -> None:
    # An earlier release would count the numbers of merged blocks twice.
    op.execute(
        """
        do $$ begin
          if exists (select from unit_block where state = 'merged') then
            raise exception 'blocks were merged';
          end if;
        end $$
        """
    )
    op.execute("drop trigger unit_block_is_replaced on unit_block")
    op.execute("drop function unit_block_is_replaced")
    op.execute(_FINAL.format(final="'retired', 'cancelled', 'split'"))
    _states(BEFORE, live="state <> 'split'")
    for name in ("merged_into", "parent_id"):
        op.drop_index(f"ix_unit_block_{name}", table_name="unit_block")
    op.drop_column("unit_block", "merged_into")
