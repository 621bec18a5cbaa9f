"""Prepare that an issue is handed over: to whom, into which account there."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.hand_overs import add_hand_over, hand_overs_of
from app.store.projects.projects import hold_project
from app.usecases.projects.read_hand_over import read_hand_over
from app.usecases.projects.see_period import see_period
from behaviours.projects.monitoring import UnknownPeriod
from behaviours.viewer import Viewer
from rewards.registry.hand_over import Receiver
from rewards.registry.handing_over import PREPARED, STANDS, HandOver, HandOverUnderWay


def prepare_hand_over(
    connection: Connection, period_id: UUID, receiver: Receiver, *, by: Viewer, clock: Clock
) -> HandOver:
    """The hand-over, which two people have yet to lock: its owner asks, or the programme.

    Raises UnknownPeriod, HandOverUnderWay, PeriodStateConflict and HandOverNotWhole.
    """
    period = see_period(connection, period_id, by=by)
    project = hold_project(connection, period.project_id)
    assert project is not None, "a period is of a project"
    if not (project.is_of(by) or by.answers_in(project.said.region)):
        raise UnknownPeriod("monitoring_period")
    before = hand_overs_of(connection, period_id)
    if any(each.state in STANDS for each in before):
        raise HandOverUnderWay("again")
    read_hand_over(connection, period_id, by=by)
    now = clock.now()
    assert by.user_id is not None, "whoever prepares has a name"
    made = HandOver(
        period_id,
        len(before) + 1,
        project.project_id,
        project.applicant_id,
        receiver.kind,
        receiver.name,
        receiver.account,
        receiver.beneficiary_code,
        PREPARED,
        by.user_id,
        now,
        now,
    )
    add_hand_over(connection, made)
    return made
