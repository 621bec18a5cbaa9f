"""A register with a past, made by sets: blocks that were handed on tonne by tonne, and new ones."""

# ruff: noqa: S608 - these statements are put together from constants only

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.ids import new_ids
from app.store.bench.pooled_rides import vacuum
from app.store.database import Connection, Database
from rewards.pooling.bundle import ISSUED
from rewards.registry.block import ACTIVE, SPLIT

# The past takes the first numbers, what is handed on while it is measured those after it.
_BUNDLE = f"""
insert into bundle (bundle_id, methodology, vintage, occurred_from, occurred_to, unit_class, state,
                    created_by, created_at, reserve_per_mille, reductions, selected_mg, root,
                    frozen_at, sealed_at, issued_at, issued_t)
values (%(bundle_id)s, 'bench', 2026, '2026-01-01', '2026-12-31', 'voluntary', '{ISSUED}',
        gen_random_uuid(), now(), 50, 1, 1000000000, sha256('bench'), now(), now(), now(), 1000)
"""
# One block, cut once for each tonne: what was left each time, and the tonne that was given away.
_PAST = f"""
insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                        parent_id, created_at, closed_at, for_reserve)
select cast(part || lpad(to_hex(n), 8, '0') || '70008000000000000000' as uuid), %(bundle_id)s,
       case part when '0198' then int8range(n, %(past)s + 1) else int8range(n, n + 1) end,
       case part when '0198' then cast(%(sender)s as uuid) else %(receiver)s end,
       case part when '0198' then '{SPLIT}' else '{ACTIVE}' end, 'voluntary', 2026,
       case when n > 1 or part = '0199'
            then cast('0198' || lpad(to_hex(case part when '0199' then n else n - 1 end), 8, '0')
                      || '70008000000000000000' as uuid) end,
       now(), case part when '0198' then now() end, false
  from generate_series(1, %(past)s) n, unnest(array['0198', '0199']) part
"""
_HANDED = """
insert into unit_transfer (transfer_id, block_id, from_id, to_id, quantity_t, transferred_at)
select gen_random_uuid(),
       cast('0199' || lpad(to_hex(n), 8, '0') || '70008000000000000000' as uuid),
       %(sender)s, %(receiver)s, 1, now()
  from generate_series(1, %(past)s) n
"""
_READY = f"""
insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                        created_at, for_reserve)
select made.block_id, %(bundle_id)s,
       int8range(%(past)s + 1 + 10 * (made.n - 1), %(past)s + 1 + 10 * made.n), %(sender)s,
       '{ACTIVE}', 'voluntary', 2026, now(), false
  from unnest(cast(%(ready)s as uuid[])) with ordinality made (block_id, n)
"""


class Handed(NamedTuple):
    """What to fill: so many tonnes were given away one by one; so many blocks of ten are left."""

    bundle_id: UUID
    sender: UUID
    receiver: UUID
    past: int


def fill_handed(database: Database, wanted: Handed, blocks: int) -> list[UUID]:
    """The blocks that can be handed on, ten tonnes each."""
    ready = new_ids(blocks)
    for statement in (_BUNDLE, _PAST, _HANDED, _READY):
        database.transact(_run, statement, {**wanted._asdict(), "ready": ready})
    vacuum(database, "unit_block", "unit_transfer")
    return ready


def tonnes_of(connection: Connection, owner_id: UUID) -> int:
    """What an owner has that can be disposed of."""
    found: int = connection.exec_driver_sql(
        "select coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint from unit_block"
        f" where owner_id = %(owner_id)s and state = '{ACTIVE}'",
        {"owner_id": owner_id},
    ).scalar_one()
    return found


def _run(connection: Connection, statement: str, given: dict[str, UUID | int | list[UUID]]) -> None:
    connection.exec_driver_sql(statement, given)
