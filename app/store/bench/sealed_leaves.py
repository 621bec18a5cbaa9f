"""A frozen bundle of many leaves, made by sets: what is sealed, and then added up."""

# ruff: noqa: S608 - these statements are put together from constants only

from __future__ import annotations

from uuid import UUID

from app.store.bench.pooled_rides import vacuum
from app.store.database import Connection, Database
from app.store.pooling.fragments import LEAF
from rewards.pooling.bundle import SEALING

_LEAVES_OF_A_PERSON = 20
_BUNDLE = f"""
insert into bundle (bundle_id, vintage, occurred_from, occurred_to, unit_class, state, created_by,
                    created_at, reserve_per_mille, reductions, selected_mg, frozen_at)
select %(bundle_id)s, 2026, '2026-01-01', '2026-12-31', 'voluntary', '{SEALING}', gen_random_uuid(),
       now(), 50, count(*), sum(saved_mg), now()
  from bundle_entry
"""
_ENTRIES = f"""
insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, salt, leaf)
select participant_id, action_id, %(bundle_id)s, saved_mg, salt, {LEAF}
  from (select cast(lpad(to_hex(n / {_LEAVES_OF_A_PERSON}), 32, '0') as uuid) as participant_id,
               cast('0199' || lpad(to_hex(n), 8, '0') || '70008000000000000000' as uuid)
                   as action_id,
               cast(46000 + n %% 1000 as bigint) as saved_mg, gen_random_uuid() as salt
          from generate_series(1, %(leaves)s) n offset 0) made
"""


def fill_leaves(database: Database, bundle_id: UUID, leaves: int) -> None:
    """One bundle that is about to be hashed, with this many leaves and nothing behind them."""
    for statement in (_ENTRIES, _BUNDLE):
        database.transact(_run, statement, bundle_id, leaves)
    vacuum(database, "bundle_entry")


def leaf_of(number: int) -> tuple[UUID, UUID]:
    """The person and the action of the leaf of this number; the first is 1."""
    action = f"0199{number:08x}70008000000000000000"
    return UUID(int=number // _LEAVES_OF_A_PERSON), UUID(action)


def _run(connection: Connection, statement: str, bundle_id: UUID, leaves: int) -> None:
    connection.exec_driver_sql(statement, {"bundle_id": bundle_id, "leaves": leaves})
