"""Handing tasks to the queue: which rows are due, and what becomes of those left behind."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

# A waiting row whose handover has lapsed was handed over and never claimed: the queue was
# emptied, or is long. A running row whose lease has lapsed lost its worker.
_DUE = text(
    """
    select task_id, state, attempts
      from task
     where (state = 'waiting' and run_after <= :now
            and (leased_until is null or leased_until < clock_timestamp()))
        or (state = 'running' and leased_until < clock_timestamp())
     order by run_after, task_id
     limit :most
       for update skip locked
    """
)
_HAND_OVER = text(
    """
    update task
       set state = 'waiting', leased_until = clock_timestamp() + :handover
     where task_id = any(:task_ids)
    """
)
_GIVE_UP = text(
    """
    update task
       set state = 'failed', leased_until = null, finished_at = :now, problem = :problem
     where task_id = any(:task_ids)
    """
)


def lock_due(connection: Connection, *, now: datetime, most: int) -> list[tuple[UUID, str, int]]:
    """Lock up to ``most`` rows that should be in the queue: (task_id, state, attempts)."""
    return [tuple(row) for row in connection.execute(_DUE, {"now": now, "most": most})]


def mark_handed_over(connection: Connection, task_ids: list[UUID], *, handover: timedelta) -> None:
    connection.execute(_HAND_OVER, {"task_ids": task_ids, "handover": handover})


def give_up(connection: Connection, task_ids: list[UUID], *, problem: str, now: datetime) -> None:
    connection.execute(_GIVE_UP, {"task_ids": task_ids, "problem": problem, "now": now})
