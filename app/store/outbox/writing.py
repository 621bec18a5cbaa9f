"""Writing the outbox: a task is inserted, claimed, moved on and ended.

Leases are kept in real time (``clock_timestamp()``), because they measure whether a process is
alive; everything else about a task is told in the programme's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

# What a listening relay hears when the transaction that wrote the row commits.
CHANNEL = "tanpuhui_task"

_INSERT = text(
    """
    insert into task (task_id, name, subject_id, started_by, arguments, state, done,
                      created_at, run_after)
    values (:task_id, :name, :subject_id, :started_by, :arguments, 'waiting', 0, :now, :run_after)
    on conflict (task_id) do nothing
    """
).bindparams(bindparam("arguments", type_=JSONB))
_NOTIFY = text(f"select pg_notify('{CHANNEL}', '')")
_CLAIM = text(
    """
    update task
       set state = 'running', attempts = attempts + 1, problem = null,
           leased_until = clock_timestamp() + :lease
     where task_id = :task_id and state = 'waiting' and run_after <= :now
    returning name, subject_id, arguments, attempts
    """
)
# The number of the attempt is the fencing token: a worker that was thought dead and comes back
# finds another number here and stops.
_EXTEND = text(
    """
    update task
       set leased_until = clock_timestamp() + :lease, done = :done, total = :total
     where task_id = :task_id and state = 'running' and attempts = :attempt
    """
)
_FINISH = text(
    """
    update task
       set state = 'done', finished_at = :now, leased_until = null, problem = null,
           done = :done, total = :total, result = :result
     where task_id = :task_id and state = 'running' and attempts = :attempt
    """
).bindparams(bindparam("result", type_=JSONB(none_as_null=True)))
_FAIL = text(
    """
    update task
       set state = case when cast(:run_after as timestamptz) is null then 'failed'
                        else 'waiting' end,
           finished_at = case when cast(:run_after as timestamptz) is null
                              then cast(:now as timestamptz) end,
           run_after = coalesce(cast(:run_after as timestamptz), run_after),
           leased_until = null, problem = :problem
     where task_id = :task_id and state = 'running' and attempts = :attempt
    """
)
_PURGE = text(
    """
    delete from task
     where task_id in (
         select task_id from task
          where state = 'done' and started_by is null and subject_id is null
            and finished_at < :before
          limit :most)
    """
)


def insert_task(
    connection: Connection,
    *,
    task_id: UUID,
    name: str,
    subject_id: UUID | None,
    started_by: UUID | None,
    arguments: Mapping[str, Any],
    now: datetime,
    run_after: datetime,
) -> bool:
    """Write the row and ring the relay's bell at commit; False when the id was there already."""
    written = connection.execute(
        _INSERT,
        {
            "task_id": task_id,
            "name": name,
            "subject_id": subject_id,
            "started_by": started_by,
            "arguments": dict(arguments),
            "now": now,
            "run_after": run_after,
        },
    ).rowcount
    if written:
        connection.execute(_NOTIFY)
    return bool(written)


def claim(
    connection: Connection, task_id: UUID, *, lease: timedelta, now: datetime
) -> tuple[str, UUID | None, dict[str, Any], int] | None:
    """Take a waiting task that is due: (name, subject_id, arguments, attempt), or None."""
    row = connection.execute(_CLAIM, {"task_id": task_id, "lease": lease, "now": now}).one_or_none()
    return None if row is None else (row.name, row.subject_id, row.arguments, row.attempts)


def extend(
    connection: Connection,
    task_id: UUID,
    attempt: int,
    *,
    done: int,
    total: int | None,
    lease: timedelta,
) -> bool:
    """Move lease and progress forward; False when this attempt no longer holds the task."""
    return bool(
        connection.execute(
            _EXTEND,
            {
                "task_id": task_id,
                "attempt": attempt,
                "done": done,
                "total": total,
                "lease": lease,
            },
        ).rowcount
    )


def finish(
    connection: Connection,
    task_id: UUID,
    attempt: int,
    *,
    done: int,
    total: int | None,
    result: Mapping[str, Any] | None,
    now: datetime,
) -> bool:
    """End the task well; False when this attempt no longer holds it."""
    return bool(
        connection.execute(
            _FINISH,
            {
                "task_id": task_id,
                "attempt": attempt,
                "done": done,
                "total": total,
                "result": None if result is None else dict(result),
                "now": now,
            },
        ).rowcount
    )


def fail(
    connection: Connection,
    task_id: UUID,
    attempt: int,
    *,
    problem: str,
    run_after: datetime | None,
    now: datetime,
) -> bool:
    """Put the task back until ``run_after``, or end it as failed when that is None."""
    return bool(
        connection.execute(
            _FAIL,
            {
                "task_id": task_id,
                "attempt": attempt,
                "problem": problem,
                "run_after": run_after,
                "now": now,
            },
        ).rowcount
    )


def purge(connection: Connection, *, before: datetime, most: int) -> int:
    """Delete the platform's own finished work (nobody's subject) that ended before ``before``."""
    return connection.execute(_PURGE, {"before": before, "most": most}).rowcount
