"""Sweeps: what time itself brings about, done in chunks until nothing is left.

None of them is needed for a right answer: what has expired counts as expired when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from prometheus_client import Counter

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.database import Connection
from app.store.organisations.assertions import purge_assertions
from app.store.organisations.logins import purge_refresh_tokens
from app.store.organisations.revocations import purge_revocations
from app.store.organisations.sessions import purge_sessions
from app.store.outbox.writing import purge_tasks
from app.store.people.tombstones import purge_tombstones
from app.store.platform.answers import purge_answers
from app.store.recording.places import purge_places
from app.store.recording.sightings import purge_sightings
from app.store.redemption.codes import purge_codes
from app.usecases.complaints.pass_deadlines import pass_deadlines
from app.usecases.points.expire_lots import expire_lots
from app.usecases.points.write_off_debts import write_off_debts
from app.usecases.recording.alarm_holds import alarm_holds
from app.usecases.recording.lapse_holds import lapse_holds
from app.usecases.redemption.release_lapsed_holds import release_lapsed_holds
from app.wiring import Wiring
from behaviours.civil_time import civil_day

# Twice what is promised to clients, so that an answer is never gone a moment too soon.
ANSWERS_KEPT = timedelta(hours=48)
# For so long a used code can still say what it redeemed.
CODES_KEPT = timedelta(days=90)
CODES_AT_ONCE = 5_000
# The platform's own finished work.
TASKS_KEPT = timedelta(days=7)
TASKS_AT_ONCE = 5_000
TOMBSTONES_AT_ONCE = 1_000
# Today's are counted on; yesterday's may be of a request that began before midnight.
SIGHTINGS_KEPT = timedelta(days=1)
SIGHTINGS_AT_ONCE = 5_000

UNSEEN = Counter("tanpuhui_holds_unseen", "Actions that waited and nobody looked at in time.")

# Does one chunk at the given moment and returns how many it did; 0 when none are left.
Sweep = Callable[[Connection, datetime], int]
Function = Callable[[Wiring, TaskRun], dict[str, int]]


def _swept(sweep: Sweep, *, by_real_time: bool = False) -> Function:
    """Run ``sweep`` until it finds nothing. Tokens and kept answers live by real time: moving the
    programme's clock must neither log people out nor forget what they were answered.

    Each chunk is done at its own moment: one that was stated hours ago may lie in a closed day."""

    def run(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
        moment = wiring.clock.real_now if by_real_time else wiring.clock.now
        swept = 0
        while done := wiring.database.transact(sweep, moment()):
            swept += done
            task_run.progress(swept)
        return {"swept": swept}

    return run


def _purge_tokens(connection: Connection, now: datetime) -> int:
    return sum(
        purge(connection, now=now)
        for purge in (purge_refresh_tokens, purge_revocations, purge_assertions, purge_sessions)
    )


def _purge_codes(connection: Connection, now: datetime) -> int:
    return purge_codes(connection, expired_before=now - CODES_KEPT, limit=CODES_AT_ONCE)


def _purge_tasks(connection: Connection, now: datetime) -> int:
    return purge_tasks(connection, before=now - TASKS_KEPT, most=TASKS_AT_ONCE)


def _purge_answers(connection: Connection, now: datetime) -> int:
    return purge_answers(connection, before=now - ANSWERS_KEPT)


def _expire_lots(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return expire_lots(connection, clock=wiring.clock).lots

    return _swept(sweep)(wiring, task_run)


def _expire_holds(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return release_lapsed_holds(connection, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _purge_tombstones(connection: Connection, now: datetime) -> int:
    return purge_tombstones(connection, now=now, most=TOMBSTONES_AT_ONCE)


def _purge_sightings(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    zone = wiring.zone

    def sweep(connection: Connection, now: datetime) -> int:
        before = civil_day(now, zone) - SIGHTINGS_KEPT
        marks = purge_sightings(connection, before=before, most=SIGHTINGS_AT_ONCE)
        return marks + purge_places(connection, now=now, most=SIGHTINGS_AT_ONCE)

    return _swept(sweep)(wiring, task_run)


def _write_off_debts(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    months, zone, clock = wiring.programme.people.debt_months, wiring.zone, wiring.clock

    def sweep(connection: Connection, _now: datetime) -> int:
        return write_off_debts(connection, months=months, zone=zone, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _lapse_actions(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return lapse_holds(connection, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _alarm_actions(connection: Connection, now: datetime) -> int:
    unseen = alarm_holds(connection, now=now)
    UNSEEN.inc(unseen)
    return unseen


def _pass_deadlines(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    clock, deadlines = wiring.clock, wiring.deadlines

    def sweep(connection: Connection, _now: datetime) -> int:
        return pass_deadlines(connection, deadlines=deadlines, clock=clock)

    return _swept(sweep)(wiring, task_run)


SWEEPS: dict[str, Function] = {
    names.EXPIRE_LOTS: _expire_lots,
    names.EXPIRE_HOLDS: _expire_holds,
    names.LAPSE_ACTIONS: _lapse_actions,
    names.ALARM_ACTIONS: _swept(_alarm_actions),
    names.MOVE_COMPLAINTS: _pass_deadlines,
    names.PURGE_CODES: _swept(_purge_codes),
    names.PURGE_ANSWERS: _swept(_purge_answers, by_real_time=True),
    names.PURGE_TOKENS: _swept(_purge_tokens, by_real_time=True),
    names.PURGE_TASKS: _swept(_purge_tasks),
    names.WRITE_OFF_DEBTS: _write_off_debts,
    names.PURGE_TOMBSTONES: _swept(_purge_tombstones),
    names.PURGE_SIGHTINGS: _purge_sightings,
}
