"""Sweeps: what time itself brings about, done in chunks until nothing is left.

None of them is needed for a right answer: what has expired counts as expired when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from prometheus_client import Counter

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.database import Connection
from app.usecases.complaints.pass_deadlines import pass_deadlines
from app.usecases.engagement.count_engagement import CountedFrom, count_engagement
from app.usecases.organisations.expire_papers import expire_papers
from app.usecases.people.end_childhoods import end_childhoods
from app.usecases.points.close_due_budgets import close_due_budgets
from app.usecases.points.expire_lots import expire_lots
from app.usecases.points.tell_expiries import tell_expiries
from app.usecases.points.write_off_debts import write_off_debts
from app.usecases.projects.lose_unverified import lose_unverified
from app.usecases.projects.move_projects import move_projects
from app.usecases.recording.alarm_holds import alarm_holds
from app.usecases.recording.lapse_holds import lapse_holds
from app.usecases.redemption.draw_statements import draw_statements
from app.usecases.redemption.release_lapsed_holds import release_lapsed_holds
from app.usecases.trading.alarm_payments import alarm_payments
from app.usecases.trading.share_proceeds import share_proceeds
from app.wiring import Wiring

UNSEEN = Counter("tanpuhui_holds_unseen", "Actions that waited and nobody looked at in time.")
UNCONFIRMED = Counter(
    "tanpuhui_payments_unseen", "Payments that nobody confirmed in time, and trades ended so."
)

# Does one chunk at the given moment and returns how many it did; 0 when none are left.
Sweep = Callable[[Connection, datetime], int]
Function = Callable[[Wiring, TaskRun], dict[str, int]]


def _swept(sweep: Sweep) -> Function:
    """Run ``sweep`` until it finds nothing.

    Each chunk is done at its own moment: one that was stated hours ago may lie in a closed day."""

    def run(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
        swept = 0
        while done := wiring.database.transact(sweep, wiring.clock.now()):
            swept += done
            task_run.progress(swept)
        return {"swept": swept}

    return run


def _expire_lots(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return expire_lots(connection, clock=wiring.clock).lots

    return _swept(sweep)(wiring, task_run)


def _expire_holds(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return release_lapsed_holds(connection, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _write_off_debts(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    months, zone, clock = wiring.programme.people.debt_months, wiring.zone, wiring.clock

    def sweep(connection: Connection, _now: datetime) -> int:
        return write_off_debts(connection, months=months, zone=zone, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _tell_expiries(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    days, zone, clock = wiring.programme.points.expiry_notice_days, wiring.zone, wiring.clock
    told, after = 0, None
    while True:
        done = wiring.database.transact(
            tell_expiries, days=days, zone=zone, clock=clock, after=after
        )
        told, after = told + done.notices, done.after
        task_run.progress(told)
        if after is None:
            return {"told": told}


def _close_budgets(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return close_due_budgets(connection, zone=wiring.zone, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _lapse_actions(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return lapse_holds(connection, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _alarm_actions(connection: Connection, now: datetime) -> int:
    unseen = alarm_holds(connection, now=now)
    UNSEEN.inc(unseen)
    return unseen


def _alarm_payments(connection: Connection, now: datetime) -> int:
    unseen = alarm_payments(connection, now=now)
    UNCONFIRMED.inc(unseen)
    return unseen


def _pass_deadlines(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    clock, deadlines = wiring.clock, wiring.deadlines

    def sweep(connection: Connection, _now: datetime) -> int:
        return pass_deadlines(connection, deadlines=deadlines, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _move_projects(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        deadlines, clock = wiring.project_deadlines, wiring.clock
        moved = move_projects(connection, deadlines=deadlines, clock=clock)
        return moved or lose_unverified(connection, deadlines=deadlines, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _end_childhoods(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        return end_childhoods(connection, clock=wiring.clock)

    return _swept(sweep)(wiring, task_run)


def _expire_papers(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        terms, clock = wiring.programme.papers, wiring.clock
        return expire_papers(connection, terms=terms, zone=wiring.zone, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _draw_statements(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, _now: datetime) -> int:
        terms, clock = wiring.programme.settlement, wiring.clock
        return draw_statements(connection, terms, zone=wiring.zone, clock=clock)

    return _swept(sweep)(wiring, task_run)


def _share_proceeds(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    def sweep(connection: Connection, now: datetime) -> int:
        return share_proceeds(connection, wiring.programmes, now=now)

    return _swept(sweep)(wiring, task_run)


def _count_engagement(wiring: Wiring, task_run: TaskRun) -> dict[str, int]:
    reached = CountedFrom()
    while True:
        counted = wiring.database.transact(count_engagement, zone=wiring.zone, since=reached)
        if counted.done == reached.done:
            return {"counted": counted.done}
        reached = counted
        task_run.progress(counted.done)


SWEEPS: dict[str, Function] = {
    names.EXPIRE_LOTS: _expire_lots,
    names.EXPIRE_HOLDS: _expire_holds,
    names.LAPSE_ACTIONS: _lapse_actions,
    names.ALARM_ACTIONS: _swept(_alarm_actions),
    names.MOVE_COMPLAINTS: _pass_deadlines,
    names.MOVE_PROJECTS: _move_projects,
    names.END_CHILDHOODS: _end_childhoods,
    names.EXPIRE_PAPERS: _expire_papers,
    names.WRITE_OFF_DEBTS: _write_off_debts,
    names.CLOSE_BUDGETS: _close_budgets,
    names.TELL_EXPIRIES: _tell_expiries,
    names.ALARM_PAYMENTS: _swept(_alarm_payments),
    names.SHARE_PROCEEDS: _share_proceeds,
    names.DRAW_STATEMENTS: _draw_statements,
    names.COUNT_ENGAGEMENT: _count_engagement,
}
