"""The queue in Redis: it wakes workers, and may be emptied at any time."""

from __future__ import annotations

from uuid import UUID

from redis import Redis
from rq import Queue

NAME = "tanpuhui"
# A job that hangs is killed; a task that needs longer is cut into chunks that say progress, and
# still has to be done within this.
TIMEOUT_S = 3600
# PostgreSQL knows how every task ended, so Redis need not remember.
RESULT_TTL_S = 0
FAILURE_TTL_S = 3600
FUNCTION = "app.jobs.run.run_task"


def task_queue(redis: Redis) -> Queue:
    return Queue(NAME, connection=redis)


def enqueue(redis: Redis, task_ids: list[UUID]) -> None:
    """Put each id into the queue unless it stands there already; the job's id is the task's."""
    queue = task_queue(redis)
    for task_id in task_ids:
        if queue.get_job_position(str(task_id)) is None:
            queue.enqueue(
                FUNCTION,
                str(task_id),
                job_id=str(task_id),
                job_timeout=TIMEOUT_S,
                result_ttl=RESULT_TTL_S,
                failure_ttl=FAILURE_TTL_S,
            )
