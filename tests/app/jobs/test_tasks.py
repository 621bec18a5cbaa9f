"""A task runs once when all goes well, again when its worker died, and is never lost."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as RedisAway
from rq import SimpleWorker

from app.ids import new_id
from app.jobs import task_run as task_run_module
from app.jobs.queue import task_queue
from app.jobs.relay import relay_once
from app.jobs.run import run, work_with
from app.jobs.task_run import TaskRun
from app.jobs.tasks import TASKS
from app.outbox.attempt import LeaseLost, report_progress
from app.outbox.lease import ATTEMPTS, LEASE
from app.outbox.start_task import start_task
from app.secrecy.sealing import MasterKeyMissing
from app.store.demo.diary import begin_diary, keep_diary, read_diary
from app.store.outbox.task import Attempt, Reached, StoredTask
from app.store.outbox.writing import claim_task
from app.usecases.platform.read_task import UnknownTask, read_task
from app.wiring import Wiring
from behaviours.people import PeriodBackwards
from behaviours.retention import FINISHED_WORK
from behaviours.viewer import Viewer
from tests.builders.jobs import drain, is_due_now, lapse, start, task
from tests.builders.retention import take_kind


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def test_a_task_runs_once_through_rq_and_keeps_its_result(
    own_wiring: Wiring, tmp_path: Path
) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    assert task(own_wiring, task_id)["state"] == "waiting"
    assert drain(own_wiring) == 1
    assert _lines(tmp_path / "runs") == [str(os.getpid())]
    row = task(own_wiring, task_id)
    assert (row["state"], row["done"], row["total"]) == ("done", 1, 1)
    assert row["result"] == {"attempt": 1}
    assert drain(own_wiring) == 0


def test_a_task_does_not_exist_when_its_transaction_rolled_back(
    own_wiring: Wiring, tmp_path: Path
) -> None:
    with pytest.raises(ZeroDivisionError):
        own_wiring.database.transact(
            lambda connection: start_and_fail(own_wiring, connection, tmp_path / "runs")
        )
    assert drain(own_wiring) == 0
    assert _lines(tmp_path / "runs") == []


def start_and_fail(wiring: Wiring, connection: Any, file: Path) -> None:
    from_here = {"subject_id": None, "arguments": {"file": str(file)}, "now": wiring.clock.now()}
    start_task(connection, "test_note", **from_here)
    raise ZeroDivisionError


def test_nothing_is_lost_when_redis_is_emptied_before_the_run(
    own_wiring: Wiring, tmp_path: Path
) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    assert relay_once(own_wiring) == 1
    own_wiring.redis.flushdb()
    # Handed over a moment ago: the relay trusts the queue for a while.
    assert drain(own_wiring) == 0
    lapse(own_wiring, task_id)
    assert drain(own_wiring) == 1
    assert len(_lines(tmp_path / "runs")) == 1


def test_a_task_that_still_stands_in_the_queue_is_not_put_there_twice(
    own_wiring: Wiring, tmp_path: Path
) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    relay_once(own_wiring)
    lapse(own_wiring, task_id)
    relay_once(own_wiring)
    assert task_queue(own_wiring.redis).get_job_ids() == [str(task_id)]


def test_a_job_that_comes_twice_does_its_work_once(own_wiring: Wiring, tmp_path: Path) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    relay_once(own_wiring)
    task_queue(own_wiring.redis).push_job_id(str(task_id))
    work_with(own_wiring)
    SimpleWorker([task_queue(own_wiring.redis)], connection=own_wiring.redis).work(
        burst=True, logging_level="CRITICAL"
    )
    assert len(_lines(tmp_path / "runs")) == 1


def test_with_redis_down_the_task_waits_unmarked(own_wiring: Wiring, tmp_path: Path) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    nobody = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2)
    away = replace(own_wiring, redis=nobody)
    with pytest.raises(RedisAway):
        relay_once(away)
    assert task(own_wiring, task_id)["state"] == "waiting"
    assert drain(own_wiring) == 1


def test_a_worker_that_was_silent_for_too_long_loses_the_task(
    own_wiring: Wiring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_over_meanwhile(wiring: Wiring, task_run: TaskRun) -> None:
        if task_run.attempt == 1:
            lapse(wiring, task_run.task_id)
            relay_once(wiring)
            assert run(wiring, task_run.task_id)
            with pytest.raises(LeaseLost):
                task_run.progress(1, 2)

    monkeypatch.setitem(TASKS, "test_slow", taken_over_meanwhile)
    task_id = start(own_wiring, "test_slow")
    drain(own_wiring)
    row = task(own_wiring, task_id)
    assert (row["state"], row["attempts"]) == ("done", 2)


def test_an_error_is_tried_again_with_pauses_and_then_given_up_without_its_text(
    own_wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_wiring: Wiring, _task_run: TaskRun) -> None:
        raise ValueError("password=hunter2")

    monkeypatch.setitem(TASKS, "test_breaks", breaks)
    task_id = start(own_wiring, "test_breaks")
    later = own_wiring.clock.now()
    for attempt in range(1, ATTEMPTS + 1):
        assert drain(own_wiring) == 1
        row = task(own_wiring, task_id)
        assert row["attempts"] == attempt
        assert "ValueError" in row["problem"]
        assert "hunter2" not in row["problem"]
        assert row["state"] == ("waiting" if attempt < ATTEMPTS else "failed")
        assert drain(own_wiring) == 0, "a pause lies between two attempts"
        own_wiring.clock.advance(301)
    assert row["finished_at"] >= later


def test_a_refusal_ends_the_task_with_its_sentence(
    own_wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_wiring: Wiring, _task_run: TaskRun) -> None:
        raise PeriodBackwards

    monkeypatch.setitem(TASKS, "test_refuses", refuses)
    task_id = start(own_wiring, "test_refuses")
    drain(own_wiring)
    row = task(own_wiring, task_id)
    assert (row["state"], row["problem"]) == (
        "failed",
        "PERIOD_BACKWARDS: The period ends before it begins.",
    )


def test_what_cannot_be_reached_is_tried_again_and_named_at_the_end(
    own_wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is not lost because a key or a service was away for a moment."""

    def unreachable(_: Wiring, __: TaskRun) -> None:
        raise MasterKeyMissing(key_id="k1")

    monkeypatch.setitem(TASKS, "test_unreachable", unreachable)
    task_id = start(own_wiring, "test_unreachable")
    for attempt in range(1, ATTEMPTS + 1):
        assert run(own_wiring, task_id)
        row = task(own_wiring, task_id)
        assert row["problem"].startswith("MASTER_KEY_MISSING: ")
        assert (row["state"], row["attempts"]) == (
            ("failed", attempt) if attempt == ATTEMPTS else ("waiting", attempt)
        )
        is_due_now(own_wiring, task_id)


def test_a_task_that_kills_its_worker_every_time_is_given_up(
    own_wiring: Wiring, tmp_path: Path
) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    for _ in range(ATTEMPTS):
        relay_once(own_wiring)
        claimed = own_wiring.database.transact(
            claim_task, task_id, lease=LEASE, now=own_wiring.clock.now()
        )
        assert claimed is not None
        lapse(own_wiring, task_id)
    own_wiring.redis.flushdb()
    relay_once(own_wiring)
    row = task(own_wiring, task_id)
    assert row["state"] == "failed"
    assert "The worker stopped 5 times" in row["problem"]


def test_progress_is_written_at_most_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    time_s = 100.0
    monkeypatch.setattr(task_run_module.time, "monotonic", lambda: time_s)
    written: list[int] = []
    task_run = TaskRun(new_id(), None, {}, report=lambda done, _total: written.append(done))
    for step in range(100):
        time_s = 100.0 + step * 0.05
        task_run.progress(step, 100)
    assert len(written) == 10
    assert written[0] == 0
    assert (task_run.done, task_run.total) == (99, 100)


def test_a_report_extends_the_lease(own_wiring: Wiring, tmp_path: Path) -> None:
    task_id = start(own_wiring, "test_note", {"file": str(tmp_path / "runs")})
    own_wiring.database.transact(claim_task, task_id, lease=LEASE, now=own_wiring.clock.now())
    lapse(own_wiring, task_id)
    own_wiring.database.transact(report_progress, Attempt(task_id, 1), Reached(3, 7), lease=LEASE)
    assert relay_once(own_wiring) == 0
    row = task(own_wiring, task_id)
    assert (row["done"], row["total"]) == (3, 7)


def test_a_task_is_read_by_who_started_it_and_by_operators_only(own_wiring: Wiring) -> None:
    starter, stranger = new_id(), new_id()
    task_id = start(own_wiring, "test_note", started_by=starter)

    def read(viewer: Viewer) -> StoredTask:
        return own_wiring.database.transact(read_task, task_id, viewer=viewer)

    assert read(Viewer("provider", starter, stranger)).name == "test_note"
    assert read(Viewer("participant", stranger, starter)).name == "test_note"
    assert read(Viewer("operator", None, stranger)).name == "test_note"
    with pytest.raises(UnknownTask):
        read(Viewer("provider", stranger, stranger))


def test_what_nobody_started_is_not_seen_by_who_has_no_organisation(own_wiring: Wiring) -> None:
    task_id = start(own_wiring, "test_note")
    with pytest.raises(UnknownTask):
        own_wiring.database.transact(
            read_task, task_id, viewer=Viewer("participant", None, new_id())
        )


def test_the_diary_of_the_demo_is_never_forgotten(own_wiring: Wiring) -> None:
    """Other finished work is, after a while; without its diary the demo would be seeded twice."""
    now = own_wiring.clock.now()

    def seed(connection: Any) -> None:
        begin_diary(connection, {"first_day": "2026-01-01"}, total=1, now=now)
        keep_diary(connection, 1, {"first_day": "2026-01-01"}, now=now)

    own_wiring.database.transact(seed)
    take_kind(own_wiring, FINISHED_WORK, now=now + timedelta(days=400))
    diary = own_wiring.database.transact(read_diary)
    assert (diary.done, diary.total) == (1, 1)
