"""The worker: an RQ worker; beside it in the parent process relay, schedule and sender of webhooks.

The RQ class is ``Worker``, which forks a child for each job. A task that is killed for want of
memory, hangs or crashes takes only that child with it, and all its memory goes back to the
system; a fork and a new database connection cost some 30 ms, which is little against tasks of
0.1 to 30 s. ``SimpleWorker`` would be faster for tiny jobs but dies with the first bad one, and
``SpawnWorker`` would load the rulebook again for every job.

The process that forks holds no database connection and starts no thread of ours that could hold
a lock, so that its children begin clean; the three others therefore live in the parent of it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from typing import Self

import structlog
from redis import Redis
from rq import Worker

from app.jobs.queue import task_queue
from app.jobs.relay import relay_until
from app.jobs.run import work_with
from app.jobs.schedule import schedule_until
from app.jobs.webhook_sender import send_webhooks_until
from app.settings import Settings
from app.wiring import settle_memory, wire

log = structlog.get_logger(__name__)

# A task that is in the middle of something may end it; then its lease brings it back.
PATIENCE_S = 10.0
RESTART_AFTER_S = 1.0
LISTEN_S, SILENCE_S = 5, 3


def _nothing() -> None:
    """Leave the process as it is."""


def run_worker(settings: Settings, *, prepare: Callable[[], None] = _nothing) -> None:
    """Work until SIGTERM or Ctrl-C, then let the task at hand come to its end.

    Has to be called in the main thread. Starts one RQ worker process and starts it again when it
    dies. When this process is killed, the worker stops by itself. ``prepare``, a function of a
    module, is called first in each process: it arranges the log.
    """
    prepare()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    wiring = wire(settings)
    threads = [
        threading.Thread(target=work, args=(stop, wiring), name=name)
        for name, work in (
            ("relay", relay_until),
            ("schedule", schedule_until),
            ("webhooks", send_webhooks_until),
        )
    ]
    for thread in threads:
        thread.start()
    log.info("worker_started", process=os.getpid())
    try:
        _keep_working(stop, settings, prepare)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        wiring.close()
    log.info("worker_stopped", process=os.getpid())


def _keep_working(stop: threading.Event, settings: Settings, prepare: Callable[[], None]) -> None:
    # Spawned, not forked: relay, schedule and sender run in threads here, and hold connections.
    context = multiprocessing.get_context("spawn")
    while not stop.is_set():
        # When this process dies, however it dies, the other end of the pipe closes.
        end, lifeline = context.Pipe(duplex=False)
        child = context.Process(
            target=work_jobs, args=(settings, end, prepare), name="tanpuhui-jobs"
        )
        child.start()
        end.close()
        while child.is_alive() and not stop.wait(0.2):
            pass
        if stop.is_set():
            _stop(child)
        else:
            log.warning("jobs_process_died", exit_code=child.exitcode)
            stop.wait(RESTART_AFTER_S)
        lifeline.close()


def _stop(child: BaseProcess) -> None:
    # The first asks RQ to let the task end, the second to kill its process.
    for patience_s in (PATIENCE_S, 2.0):
        child.terminate()
        child.join(patience_s)
        if not child.is_alive():
            return
        log.warning("task_left_unfinished", remedy="it starts again when its lease has lapsed")
    child.kill()
    child.join()


def work_jobs(settings: Settings, lifeline: Pipe, prepare: Callable[[], None] = _nothing) -> None:
    """The process that takes jobs and forks; ends on SIGTERM, or when ``lifeline`` closes."""
    prepare()
    # Ctrl-C reaches the whole process group; the parent decides what becomes of it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(lifeline,), name="lifeline", daemon=True).start()
    wiring = wire(settings)
    work_with(wiring)
    settle_memory()
    assert settings.redis_url, "wired with it"
    JobsWorker.listening(settings.redis_url).work(logging_level="WARNING")


def _watch(lifeline: Pipe) -> None:
    try:
        lifeline.recv()
    except EOFError:
        os.kill(os.getpid(), signal.SIGTERM)


class JobsWorker(Worker):
    """Leaves Ctrl-C to the parent, and soon notices a Redis that says nothing; otherwise RQ's own.

    RQ would wait seven minutes for an answer, and a minute between tries.
    """

    max_connection_wait_time = 4.0

    @classmethod
    def listening(cls, url: str) -> Self:
        """One with a client of its own: its read waits for jobs, longer than a request may."""
        redis = Redis.from_url(url, socket_connect_timeout=SILENCE_S)
        return cls([task_queue(redis)], connection=redis)

    @property
    def dequeue_timeout(self) -> int:
        """For how many seconds one read waits for a job."""
        return LISTEN_S

    @property
    def connection_timeout(self) -> int:
        """After how many seconds without an answer a connection is given up."""
        return LISTEN_S + SILENCE_S

    def _install_signal_handlers(self) -> None:
        super()._install_signal_handlers()  # type: ignore[no-untyped-call]
        signal.signal(signal.SIGINT, signal.SIG_IGN)
