"""Hold a monitoring period of a registered project for a step of its owner."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.periods import find_period, hold_period
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.monitoring import MonitoringPeriod, UnknownPeriod
from behaviours.projects.project import Project
from behaviours.refusal import UnknownId
from behaviours.viewer import Viewer


class HeldPeriod(NamedTuple):
    """A period and its project, which nobody else moves until the transaction ends."""

    period: MonitoringPeriod
    project: Project


def hold_period_of(connection: Connection, period_id: UUID, *, by: Viewer) -> HeldPeriod:
    """The project is held before its period, as everybody does.

    Raises UnknownPeriod for everybody but the project's applicant, ProjectStateConflict unless it
    is registered, and what ``hold_project_of`` raises.
    """
    found = find_period(connection, period_id)
    if found is None:
        raise UnknownPeriod("monitoring_period")
    try:
        project = hold_project_of(connection, found.project_id, by=by)
    except UnknownId as unseen:
        raise UnknownPeriod("monitoring_period") from unseen
    project.check_registered()
    period = hold_period(connection, period_id)
    assert period is not None, "no period is ever deleted"
    return HeldPeriod(period, project)
