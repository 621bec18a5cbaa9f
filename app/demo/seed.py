"""Seed the demo once: ninety days, step by step, each step one transaction.

Killed anywhere, the next start goes on with the step that was not finished. Everything but ids,
secrets and salts is the same in every run on the same day.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

from app.clock import StandingClock
from app.demo.cast import bring_in, entrusted_until, entrusts
from app.demo.credentials import Credentials, path_of
from app.demo.days import DemoDay, live
from app.demo.homes import register_homes
from app.demo.paper import TEXT_VERSION
from app.demo.story import Story
from app.demo.tonne import STEPS
from app.ids import public
from app.jobs.run import run
from app.store.audit.snapshot import snapshot
from app.store.database import Connection
from app.store.demo.diary import begin_diary, keep_diary, read_diary
from app.store.outbox.reading import task_by_id
from app.store.outbox.task import DONE, FAILED
from app.usecases.audit.audit import audit
from app.usecases.people.entrust import Entrustment, entrust
from app.wiring import Wiring
from behaviours.civil_time import civil_day

DAYS = 90
TASK_WITHIN_S = 120.0

Work = Callable[[Connection, Wiring, Story], None]


class DemoUnusable(Exception):
    """The demo in the database cannot be used from here; the sentence says what to do."""


class DemoStep(NamedTuple):
    """What the clock says, and what happens."""

    now: datetime
    work: Work


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""


def seed_demo(wiring: Wiring, progress: Callable[[int, int], None] = _nobody) -> None:
    """Live the story up to today, unless that was done; ``progress(done, total)`` in steps.

    Leaves $DATA_DIR/demo.json with the credentials and the present base_url. Raises DemoUnusable
    when the database has a demo whose credentials are not in this data directory.
    """
    present = wiring.clock.now()
    today = civil_day(present, wiring.zone)
    opening: Story = {"first_day": (today - timedelta(days=DAYS)).isoformat()}
    total = len(_steps(Credentials.fresh(), wiring, opening))
    diary = wiring.database.transact(begin_diary, opening, total=total, now=present)
    credentials, story = _credentials(wiring, diary.done), cast(Story, diary.memory)
    if diary.done < diary.total:
        story = _live_on(wiring, _steps(credentials, wiring, story), diary.done, progress)
        _check_books(wiring)
    credentials.participants = [public("par", UUID(person)) for person in story["people"]]
    credentials.keep(wiring.settings)


def _live_on(
    wiring: Wiring, steps: list[DemoStep], done: int, progress: Callable[[int, int], None]
) -> Story:
    story = cast(Story, wiring.database.transact(read_diary).memory)
    # What the last start began and did not see the end of.
    _finish_task(wiring, story)
    while done < len(steps):
        done, story = _take_step(wiring, steps, done)
        _finish_task(wiring, story)
        progress(done, len(steps))
    return story


def _check_books(wiring: Wiring) -> None:
    """The story ends with the audit, as every journey does."""
    with snapshot(wiring.database) as connection:
        broken = [
            finding.line()
            for finding in audit(
                connection,
                rulebook=wiring.rulebook,
                policies=wiring.policies,
            )
            if not finding.ok
        ]
    if broken:
        raise DemoUnusable("\n".join(["The demo's books do not balance:", *broken]))


def _credentials(wiring: Wiring, done: int) -> Credentials:
    """Those of an earlier start, or fresh ones, written down before the books know them."""
    kept = Credentials.kept(wiring.settings)
    if kept is None and done:
        raise DemoUnusable(
            "The database holds a demo programme already, but its credentials are not in "
            f"{path_of(wiring.settings)}. Let TANPUHUI_DATA_DIR name the folder of its first "
            "start, or take an empty database."
        )
    credentials = kept or Credentials.fresh()
    credentials.keep(wiring.settings)
    return credentials


def _steps(credentials: Credentials, wiring: Wiring, story: Story) -> list[DemoStep]:
    first_day = date.fromisoformat(story["first_day"])
    market = dict(STEPS)
    steps: list[DemoStep] = []

    def opening(connection: Connection, at: Wiring, story: Story) -> None:
        story.update(bring_in(connection, at, credentials, now=at.clock.now()))
        _entrust(connection, at, story)

    def homes(connection: Connection, at: Wiring, story: Story) -> None:
        register_homes(connection, at, story, now=at.clock.now())

    for number in range(DAYS):
        on = first_day + timedelta(days=number)
        day = DemoDay(number, on, wiring.zone)
        if number == 0:
            steps.append(DemoStep(day.at(5), opening))
            # By the issuers of the step before.
            steps.append(DemoStep(day.at(6), homes))
        if number in market:
            # Signed and sold in office hours; what that started is worked off in the evening.
            steps.append(DemoStep(day.at(18), _on(day, market[number])))
        steps.append(DemoStep(day.at(23, 50), _on(day, live)))
    return steps


def _on(day: DemoDay, work: Callable[[Connection, Wiring, Story, DemoDay], None]) -> Work:
    return lambda connection, wiring, story: work(connection, wiring, story, day)


def _entrust(connection: Connection, wiring: Wiring, story: Story) -> None:
    first_day = date.fromisoformat(story["first_day"])
    everything = Entrustment(
        occurred_from=first_day,
        occurred_to=entrusted_until(first_day),
        text_version=TEXT_VERSION,
    )
    for number, person in enumerate(story["people"]):
        if entrusts(number):
            entrust(connection, UUID(person), [everything], methodologies=(), clock=wiring.clock)


def _take_step(wiring: Wiring, steps: list[DemoStep], done: int) -> tuple[int, Story]:
    """Do the next step, unless another start did it meanwhile: (steps done, the story)."""
    step = steps[done]
    then = replace(wiring, clock=StandingClock(step.now))

    def work(connection: Connection) -> tuple[int, Story]:
        diary = read_diary(connection)
        story = cast(Story, diary.memory)
        if diary.done != done:
            return diary.done, story
        story.pop("task", None)
        step.work(connection, then, story)
        story["now"] = step.now.isoformat()
        keep_diary(connection, done + 1, story, now=wiring.clock.now())
        return done + 1, story

    # The step before may have registered issuers.
    wiring.rules.expect_news(wiring.database)
    return wiring.database.transact(work)


def _finish_task(wiring: Wiring, story: Story) -> None:
    """Do the long work that the last step started, at the time of the story."""
    if "task" not in story:
        return
    task_id = UUID(story["task"])
    then = replace(wiring, clock=StandingClock(datetime.fromisoformat(story["now"])))
    run(then, task_id)
    # A worker that runs already may have been quicker.
    waited = threading.Event()
    for _ in range(int(TASK_WITHIN_S / 0.1)):
        task = wiring.database.transact(task_by_id, task_id)
        assert task is not None, "a task that was started is there"
        if task.state == DONE:
            return
        if task.state == FAILED:
            raise DemoUnusable(f"A step of the demo failed: {task.problem}")
        waited.wait(0.1)
    raise DemoUnusable(f"A step of the demo is not done after {TASK_WITHIN_S:.0f} s.")
