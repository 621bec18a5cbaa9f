"""Handing tasks to the queue: which rows are due, and what becomes of those left behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.outbox.task import FAILED, RUNNING, WAITING

# ruff: noqa: S608 - these statements are put together from constants only

# A waiting row whose handover has lapsed was handed over and never claimed: the queue was
# emptied, or is long. A running row whose lease has lapsed lost its worker.
_DUE = text(
    f"""
    select task_id, state, attempts
      from task
     where (state = '{WAITING}' and run_after <= :now
            and (leased_until is null or leased_until < clock_timestamp()))
        or (state = '{RUNNING}' and leased_until < clock_timestamp())
     order by run_after, task_id
     limit :most
       for update skip locked
    """
)
_HAND_OVER = text(
    f"""
    update task
       set state = '{WAITING}', leased_until = clock_timestamp() + :handover
     where task_id = any(:task_ids)
    """
)
_GIVE_UP = text(
    f"""
    update task
       set state = '{FAILED}', leased_until = null, finished_at = :now, problem = :problem
     where task_id = any(:task_ids)
    """
)


def lock_due(connection: Connection, *, now: datetime, most: int) -> list[tuple[UUID, str, int]]:
    """Lock up to ``most`` rows that should be in the queue: (task_id, state, attempts)."""
    rows = connection.execute(_DUE, {"now": now, "most": most})
    return [(row.task_id, row.state, row.attempts) for row in rows]


def mark_handed_over(connection: Connection, task_ids: list[UUID], *, handover: timedelta) -> None:
    connection.execute(_HAND_OVER, {"task_ids": task_ids, "handover": handover})


def give_up(connection: Connection, task_ids: list[UUID], *, problem: str, now: datetime) -> None:
    connection.execute(_GIVE_UP, {"task_ids": task_ids, "problem": problem, "now": now})
