"""The schedule: starts the sweeps, from exactly one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.outbox.reading import open_names
from app.store.outbox.watch import Leadership
from app.wiring import Wiring

log = structlog.get_logger(__name__)

LEADER = "tanpuhui_schedule"
LOOK_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class Recurring:
    """A task that is started once in every period of ``every_s`` seconds of programme time."""

    task: str
    every_s: int

    def task_id(self, now: datetime) -> UUID:
        """The same in the whole period, so that a second start in it does nothing."""
        return uuid5(NAMESPACE_URL, f"tanpuhui:{self.task}:{int(now.timestamp()) // self.every_s}")


def _every(every_s: int, *tasks: str) -> Iterator[Recurring]:
    return (Recurring(task, every_s) for task in tasks)


SCHEDULE = (
    *_every(30, names.EXPIRE_TRADES),
    *_every(60, names.EXPIRE_HOLDS),
    *_every(300, names.EXPIRE_LOTS, names.COUNT_ENGAGEMENT),
    # A day is over once; a book that was busy then is asked again soon. Of papers there is more to
    # do once a civil day; most looks find nothing.
    *_every(600, names.CLOSE_DAYS, names.MOVE_COMPLAINTS),
    *_every(600, names.MOVE_PROJECTS, names.DRAW_STATEMENTS),
    *_every(600, names.END_CHILDHOODS, names.EXPIRE_PAPERS),
    *_every(3_600, names.LAPSE_ACTIONS, names.REPLACE_VERIFIERS, names.SHARE_PROCEEDS),
    *_every(3_600, names.ALARM_ACTIONS, names.ALARM_PAYMENTS),
    *_every(3_600, names.RETENTION, names.CLOSE_BUDGETS),
    *_every(21_600, names.TELL_EXPIRIES),
    *_every(86_400, names.WRITE_OFF_DEBTS),
)


def start_due(
    connection: Connection, entries: Sequence[Recurring], *, now: datetime
) -> list[Recurring]:
    """Start each entry unless its period has seen it; one that waits or runs is not doubled."""
    still_open = open_names(connection)
    due = [entry for entry in entries if entry.task not in still_open]
    for entry in due:
        start_task(
            connection,
            entry.task,
            subject_id=None,
            arguments={},
            now=now,
            task_id=entry.task_id(now),
        )
    return due


def schedule_until(
    stop: threading.Event, wiring: Wiring, *, entries: Sequence[Recurring] = SCHEDULE
) -> None:
    """Start due entries while this process is the leader; wait for the lead while it is not."""
    healthy = True
    while not stop.is_set():
        try:
            with Leadership(wiring.database, LEADER) as leadership:
                healthy = _lead(stop, wiring, leadership, entries)
        except Exception as error:  # noqa: BLE001 - whatever it is, later it may be over
            # PostgreSQL is away: the lead is gone with the connection; said once, then waited.
            if healthy:
                log.warning("schedule_waits", error=repr(error))
            healthy = False
            stop.wait(LOOK_EVERY_S)


def _lead(
    stop: threading.Event, wiring: Wiring, leadership: Leadership, entries: Sequence[Recurring]
) -> bool:
    # What this process started already, so that most looks cost nothing but the lock's question.
    started: dict[str, UUID] = {}
    while not stop.is_set():
        now = wiring.clock.now()
        due = [entry for entry in entries if started.get(entry.task) != entry.task_id(now)]
        if leadership.mine() and due:
            done = wiring.database.transact(start_due, due, now=now)
            started.update({entry.task: entry.task_id(now) for entry in done})
        stop.wait(LOOK_EVERY_S)
    return True
