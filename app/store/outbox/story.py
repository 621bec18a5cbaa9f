"""How far the demo has been seeded: one task row that no worker takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

_TASK_ID = uuid5(NAMESPACE_URL, "tanpuhui:seed_demo")

# Running without a lease: the relay looks for waiting ones and for leases that have lapsed. The
# story is its own subject: finished work without one is forgotten after a while, and a forgotten
# story would be told twice.
_BEGIN = text(
    """
    insert into task (task_id, name, subject_id, arguments, state, done, total, created_at,
                      run_after)
    values (:task_id, 'seed_demo', :task_id, :state, 'running', 0, :total, :now, :now)
    on conflict (task_id) do nothing
    """
).bindparams(bindparam("state", type_=JSONB))
_READ = text("select done, total, arguments from task where task_id = :task_id for update")
_KEEP = text(
    """
    update task
       set done = :done, arguments = :state,
           state = case when :done >= total then 'done' else 'running' end,
           finished_at = case when :done >= total then cast(:now as timestamptz) end
     where task_id = :task_id
    """
).bindparams(bindparam("state", type_=JSONB))


def begin_story(
    connection: Connection, state: Mapping[str, Any], *, total: int, now: datetime
) -> tuple[int, int, dict[str, Any]]:
    """(steps done, steps in all, what the story remembers), begun now if it was not before."""
    connection.execute(_BEGIN, {"task_id": _TASK_ID, "state": state, "total": total, "now": now})
    return read_story(connection)


def read_story(connection: Connection) -> tuple[int, int, dict[str, Any]]:
    """The same, locked until the transaction ends."""
    row = connection.execute(_READ, {"task_id": _TASK_ID}).one()
    return row.done, row.total, row.arguments


def keep_story(
    connection: Connection, done: int, state: Mapping[str, Any], *, now: datetime
) -> None:
    """Remember that ``done`` steps are over; the last one ends the story."""
    connection.execute(_KEEP, {"task_id": _TASK_ID, "done": done, "state": state, "now": now})
