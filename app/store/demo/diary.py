"""The demo's diary: how far it has been seeded, and what the next step has to know.

It is kept in a row of ``task`` so that an operator sees its progress beside other long work. No
worker takes it: it runs without a lease, and the relay looks for waiting tasks and for leases that
have lapsed. It is its own subject, because finished work about nothing is forgotten after a while,
and a forgotten diary would let the demo be seeded twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.outbox.task import DONE, RUNNING
from behaviours.json_value import JsonObject

# ruff: noqa: S608 - these statements are put together from constants only

_TASK_ID = uuid5(NAMESPACE_URL, "tanpuhui:seed_demo")

_BEGIN = text(
    f"""
    insert into task (task_id, name, subject_id, arguments, state, done, total, created_at,
                      run_after)
    values (:task_id, 'seed_demo', :task_id, :memory, '{RUNNING}', 0, :total, :now, :now)
    on conflict (task_id) do nothing
    """
).bindparams(bindparam("memory", type_=JSONB))
_READ = text("select done, total, arguments from task where task_id = :task_id for update")
_BEGUN = text("select exists (select from task where task_id = :task_id)")
_UNFINISHED = text("select exists (select from task where task_id = :task_id and done < total)")
_KEEP = text(
    f"""
    update task
       set done = :done, arguments = :memory,
           state = case when :done >= total then '{DONE}' else '{RUNNING}' end,
           finished_at = case when :done >= total then cast(:now as timestamptz) end
     where task_id = :task_id
    """
).bindparams(bindparam("memory", type_=JSONB))


@dataclass(frozen=True, slots=True)
class Diary:
    """Steps done, steps in all, and what the demo remembers, as loose JSON."""

    done: int
    total: int
    memory: JsonObject


def begin_diary(
    connection: Connection, memory: Mapping[str, object], *, total: int, now: datetime
) -> Diary:
    """The diary, begun now if it was not before, and locked until the transaction ends."""
    connection.execute(_BEGIN, {"task_id": _TASK_ID, "memory": memory, "total": total, "now": now})
    return read_diary(connection)


def is_demo(connection: Connection) -> bool:
    """Whether the demonstration was seeded here, or begun to be."""
    return bool(connection.execute(_BEGUN, {"task_id": _TASK_ID}).scalar_one())


def read_diary(connection: Connection) -> Diary:
    """The diary that was begun, locked until the transaction ends."""
    row = connection.execute(_READ, {"task_id": _TASK_ID}).one()
    return Diary(row.done, row.total, row.arguments)


def keep_diary(
    connection: Connection, done: int, memory: Mapping[str, object], *, now: datetime
) -> None:
    """Remember that ``done`` steps are over; the last one ends the diary."""
    connection.execute(_KEEP, {"task_id": _TASK_ID, "done": done, "memory": memory, "now": now})


def is_being_seeded(connection: Connection) -> bool:
    """Whether the demo's past is still being written: no day of it is over for good."""
    unfinished: bool = connection.execute(_UNFINISHED, {"task_id": _TASK_ID}).scalar_one()
    return unfinished
