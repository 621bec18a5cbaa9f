"""Retention: what the published schedule says is over is taken away, kind by kind.

In small parts, each a transaction with its own line in the report: killed anywhere, the next run
goes on with what is left, and nothing went without being reported.
"""

from __future__ import annotations

from datetime import datetime

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.retention.due_rows import NOTHING, DueCount
from app.usecases.retention.count_what_is_due import count_what_is_due
from app.usecases.retention.take_what_is_due import take_what_is_due
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.retention import KEPT_ANSWERS, KINDS, TOKENS

# They live by real time: moving the programme's clock must neither log people out nor forget what
# they were answered.
_BY_REAL_TIME = (KEPT_ANSWERS, TOKENS)


def run_retention(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Take away what is due of every kind; how much went of each of which something did."""
    removed: dict[str, int] = {}
    done = 0
    for kind in KINDS:
        taken = take_all(wiring, kind)
        done += taken.rows
        run.progress(done)
        if taken.rows:
            removed[kind] = taken.rows
    return {"removed": removed}


def count_kind(wiring: Wiring, kind: str) -> DueCount:
    """Count what is due of a kind, and take nothing."""
    return wiring.database.transact(
        count_what_is_due, kind, programme=wiring.programme, now=_now_of(wiring, kind)
    )


def take_all(wiring: Wiring, kind: str) -> DueCount:
    """Take everything of a kind away that is due and that nobody holds."""
    total = NOTHING
    while (taken := _take(wiring, kind)).rows:
        total = total.and_also(taken)
    return total


def _take(wiring: Wiring, kind: str) -> DueCount:
    return wiring.database.transact(
        take_what_is_due,
        kind,
        programme=wiring.programme,
        now=_now_of(wiring, kind),
        reported_at=wiring.clock.now(),
    )


def _now_of(wiring: Wiring, kind: str) -> datetime:
    return wiring.clock.real_now() if kind in _BY_REAL_TIME else wiring.clock.now()


RETENTION = {names.RETENTION: run_retention}
