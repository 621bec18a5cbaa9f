"""A worker in a process of its own, with two tasks that only tests know."""

from __future__ import annotations

import os
import threading
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

from app.jobs.task_run import TaskRun
from app.jobs.tasks import TASKS
from app.jobs.worker import run_worker, work_jobs
from app.settings import Settings
from app.wiring import Wiring


def note(_wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    """Writes a line for each run."""
    with Path(task_run.arguments.get("file", os.devnull)).open("a") as file:
        file.write(f"{os.getpid()}\n")
    task_run.progress(1, 1)
    return {"attempt": task_run.attempt}


def hang_once(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    """Like ``note``, but the first attempt never ends by itself."""
    answer = note(wiring, task_run)
    if task_run.attempt == 1:
        threading.Event().wait()
    return answer


TEST_TASKS = {"test_note": note, "test_hang_once": hang_once}


def jobs_process(settings: Settings, cord: Pipe) -> None:
    """The process that takes jobs."""
    TASKS.update(TEST_TASKS)
    work_jobs(settings, cord)


def worker_process(settings: Settings) -> None:
    """The whole worker: parent, relay, schedule; its child knows only the product's tasks."""
    run_worker(settings)
