"""Writing the outbox: a task is inserted, claimed, moved on and ended.

Leases are kept in real time (``clock_timestamp()``), because they measure whether a process is
alive; everything else about a task is in the programme's time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.outbox.task import DONE, FAILED, RUNNING, WAITING, Attempt, ClaimedTask, Reached
from behaviours.json_value import JsonObject

# ruff: noqa: S608 - these statements are put together from constants only

# Where a listening relay is notified when the transaction that wrote the row commits.
CHANNEL = "tanpuhui_task"

_INSERT = text(
    f"""
    insert into task (task_id, name, subject_id, started_by, arguments, state, done,
                      created_at, run_after)
    values (:task_id, :name, :subject_id, :started_by, :arguments, '{WAITING}', 0, :now, :run_after)
    on conflict (task_id) do nothing
    """
).bindparams(bindparam("arguments", type_=JSONB))
_NOTIFY = text(f"select pg_notify('{CHANNEL}', '')")
_CLAIM = text(
    f"""
    update task
       set state = '{RUNNING}', attempts = attempts + 1, problem = null,
           leased_until = clock_timestamp() + :lease
     where task_id = :task_id and state = '{WAITING}' and run_after <= :now
    returning name, subject_id, arguments, attempts
    """
)
# The number of the attempt is the fencing token: a worker that was thought dead and comes back
# finds another number here and stops.
_EXTEND = text(
    f"""
    update task
       set leased_until = clock_timestamp() + :lease, done = :done, total = :total
     where task_id = :task_id and state = '{RUNNING}' and attempts = :attempt
    """
)
_FINISH = text(
    f"""
    update task
       set state = '{DONE}', finished_at = :now, leased_until = null, problem = null,
           done = :done, total = :total, result = :result
     where task_id = :task_id and state = '{RUNNING}' and attempts = :attempt
    """
).bindparams(bindparam("result", type_=JSONB(none_as_null=True)))
_FAIL = text(
    f"""
    update task
       set state = case when cast(:run_after as timestamptz) is null then '{FAILED}'
                        else '{WAITING}' end,
           finished_at = case when cast(:run_after as timestamptz) is null
                              then cast(:now as timestamptz) end,
           run_after = coalesce(cast(:run_after as timestamptz), run_after),
           leased_until = null, problem = :problem
     where task_id = :task_id and state = '{RUNNING}' and attempts = :attempt
    """
)
_WAKE = text(
    f"""
    update task set run_after = :now
     where started_by = any(cast(:starters as uuid[])) and state = '{WAITING}'
       and run_after > :now
    """
)
_END_WAITING = text(
    f"""
    update task set state = '{FAILED}', finished_at = :now, problem = :problem
     where started_by = :started_by and state = '{WAITING}'
    returning task_id
    """
)


def insert_task(
    connection: Connection,
    *,
    task_id: UUID,
    name: str,
    subject_id: UUID | None,
    started_by: UUID | None,
    arguments: JsonObject,
    now: datetime,
    run_after: datetime,
) -> bool:
    """Write the row and notify the relay at commit; False when the id was there already."""
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


def claim_task(
    connection: Connection, task_id: UUID, *, lease: timedelta, now: datetime
) -> ClaimedTask | None:
    """Take a task for a worker; None when it is not waiting, not due or unknown."""
    row = connection.execute(_CLAIM, {"task_id": task_id, "lease": lease, "now": now}).one_or_none()
    return None if row is None else ClaimedTask(task_id, *row)


def extend_lease(
    connection: Connection, attempt: Attempt, reached: Reached, *, lease: timedelta
) -> bool:
    """Move lease and progress forward; False when this attempt no longer holds the task."""
    given = {**_of(attempt), **reached._asdict(), "lease": lease}
    return bool(connection.execute(_EXTEND, given).rowcount)


def finish_task(
    connection: Connection,
    attempt: Attempt,
    reached: Reached,
    *,
    result: JsonObject | None,
    now: datetime,
) -> bool:
    """End the task well, with a small JSON object; False when this attempt lost it."""
    kept = None if result is None else dict(result)
    given = {**_of(attempt), **reached._asdict(), "result": kept, "now": now}
    return bool(connection.execute(_FINISH, given).rowcount)


def fail_task(
    connection: Connection,
    attempt: Attempt,
    *,
    problem: str,
    run_after: datetime | None,
    now: datetime,
) -> bool:
    """Put the task back until ``run_after``, or end it as failed when that is None."""
    given = {**_of(attempt), "problem": problem, "run_after": run_after, "now": now}
    return bool(connection.execute(_FAIL, given).rowcount)


def wake_tasks(connection: Connection, starters: Collection[UUID], *, now: datetime) -> None:
    """Let what waits of these organisations' begin now."""
    if not starters:
        return
    if connection.execute(_WAKE, {"starters": list(starters), "now": now}).rowcount:
        connection.execute(_NOTIFY)


def end_waiting_tasks(
    connection: Connection, started_by: UUID, *, problem: str, now: datetime
) -> list[UUID]:
    """End what waits of an organisation's as failed; which tasks those were."""
    asked = {"started_by": started_by, "problem": problem, "now": now}
    return list(connection.execute(_END_WAITING, asked).scalars())


def _of(attempt: Attempt) -> Mapping[str, object]:
    return {"task_id": attempt.task_id, "attempt": attempt.number}
