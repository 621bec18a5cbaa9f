"""Real worker processes: killed, they leave nothing undone; stopped, they end in order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.context import SpawnProcess
from pathlib import Path

from sqlalchemy import text

from app.jobs.relay import relay_once, relay_until
from app.jobs.schedule import SCHEDULE, Recurring, schedule_until
from app.jobs.tasks import TASKS
from app.settings import Settings
from app.store.outbox.watch import Leadership, Listener
from app.wiring import Wiring
from tests.builders.jobs import drain, lapse, start, task, until
from tests.builders.worker_child import jobs_process, worker_process

SPAWN = multiprocessing.get_context("spawn")


@contextmanager
def _process(target: Callable[..., None], *args: object) -> Iterator[SpawnProcess]:
    """A process of the product that does not outlive its test, whatever the test says."""
    worker = SPAWN.Process(target=target, args=args)
    worker.start()
    try:
        yield worker
    finally:
        worker.kill()
        worker.join()


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_task_whose_worker_is_killed_runs_again_and_finishes(
    own_wiring: Wiring, own_settings: Settings, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    task_id = start(own_wiring, "test_hang_once", {"file": str(runs)})
    relay_once(own_wiring)
    end, cord = SPAWN.Pipe(duplex=False)
    with _process(jobs_process, own_settings, end) as worker:
        (horse,) = until(lambda: _lines(runs))
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        os.kill(int(horse), signal.SIGKILL)
    cord.close()
    assert task(own_wiring, task_id)["state"] == "running"
    lapse(own_wiring, task_id)
    assert drain(own_wiring) == 1
    row = task(own_wiring, task_id)
    assert (row["state"], row["attempts"], row["result"]) == ("done", 2, {"attempt": 2})
    assert len(_lines(runs)) == 2


def test_a_jobs_process_ends_when_its_parent_is_gone(own_settings: Settings) -> None:
    end, cord = SPAWN.Pipe(duplex=False)
    with _process(jobs_process, own_settings, end) as worker:
        end.close()
        cord.close()
        worker.join(20)
        assert worker.exitcode is not None


def test_the_whole_worker_runs_a_task_soon_and_stops_when_asked(
    own_wiring: Wiring, own_settings: Settings
) -> None:
    with _process(worker_process, own_settings) as worker:
        first = start(own_wiring, "retention")
        until(lambda: task(own_wiring, first)["state"] == "done")
        # The worker is warm now, and this takes a tenth of a second; the rest is for busy machines.
        second = start(own_wiring, "retention")
        until(lambda: task(own_wiring, second)["state"] == "done", within_s=20.0)
        worker.terminate()
        worker.join(20)
        assert worker.exitcode == 0


def test_the_relay_hears_of_a_task_when_it_is_committed(own_wiring: Wiring) -> None:
    with Listener(own_wiring.database) as listener:
        assert not listener.wait(0.01)
        start(own_wiring, "test_note", {"file": "/dev/null"})
        assert listener.wait(10.0)


def test_the_relay_goes_on_after_its_connection_was_cut(own_wiring: Wiring) -> None:
    def hand_over() -> None:
        task_id = start(own_wiring, "test_note", {"file": "/dev/null"})
        until(lambda: own_wiring.redis.exists(f"rq:job:{task_id}"))

    with _thread(lambda stop: relay_until(stop, own_wiring)):
        hand_over()
        _cut_other_connections(own_wiring)
        hand_over()


def test_only_one_of_two_asks_for_the_lead_and_gets_it_and_the_next_when_it_dies(
    own_wiring: Wiring,
) -> None:
    with Leadership(own_wiring.database, "test") as first:
        assert first.mine()
        assert first.mine()
        with Leadership(own_wiring.database, "test") as second:
            assert not second.mine()
            first.close()
            until(second.mine)


def test_two_schedulers_fire_each_entry_once_in_its_period(
    own_wiring: Wiring, own_settings: Settings
) -> None:
    entries = (Recurring("test_note", 1_000_000),)
    looks = []

    def count() -> int:
        looks.append(1)
        return own_wiring.database.transact(
            lambda connection: connection.execute(text("select count(*) from task")).scalar_one()
        )

    other = replace(own_wiring, settings=replace(own_settings))
    with (
        _thread(lambda stop: schedule_until(stop, own_wiring, entries=entries)),
        _thread(lambda stop: schedule_until(stop, other, entries=entries)),
    ):
        until(count)
        until(lambda: len(looks) > 60 or not count())
    assert count() == 1
    own_wiring.clock.advance(1_000_001)
    drain(own_wiring)
    with _thread(lambda stop: schedule_until(stop, other, entries=entries)):
        until(lambda: count() == 2)


def _cut_other_connections(wiring: Wiring) -> None:
    wiring.database.transact(
        lambda connection: connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        )
    )


class _thread:  # noqa: N801 - reads as a verb in a with statement
    """A loop of the product in a thread, stopped at the end of the block."""

    def __init__(self, loop: Callable[[threading.Event], None]) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=loop, args=(self._stop,))

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_problem: object) -> None:
        self._stop.set()
        self._thread.join()


def test_everything_on_the_schedule_is_a_task_and_runs(own_wiring: Wiring) -> None:
    assert {entry.task for entry in SCHEDULE} <= TASKS.keys()
    started = [start(own_wiring, entry.task) for entry in SCHEDULE]
    drain(own_wiring)
    assert {task(own_wiring, task_id)["state"] for task_id in started} == {"done"}
