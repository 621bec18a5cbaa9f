"""Open a monitoring period of a registered project: days that nobody has monitored yet."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.projects.design_changes import counting_design, design_changes_of
from app.store.projects.ex_antes import find_ex_ante
from app.store.projects.periods import add_period, overlapping, periods_of
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.design_change import check_one_design
from behaviours.projects.designed import facts_of
from behaviours.projects.ex_ante import UnknownExAnte
from behaviours.projects.monitoring import (
    OPEN,
    MonitoringPeriod,
    NewPeriod,
    PeriodOverlaps,
)
from behaviours.viewer import Viewer


def open_period(
    connection: Connection, project_id: UUID, said: NewPeriod, *, by: Viewer, clock: Clock
) -> MonitoringPeriod:
    """The period, in which values can be stated.

    Raises ProjectStateConflict, PeriodCrossesChange, UnknownExAnte, PeriodOutside, PeriodOverlaps
    and what ``hold_project_of`` raises.
    """
    project = hold_project_of(connection, project_id, by=by)
    project.check_registered()
    check_one_design(said.span, design_changes_of(connection, project_id))
    design = counting_design(connection, project, said.span.starts_on).design
    if find_ex_ante(connection, project_id, design.number) is None:
        raise UnknownExAnte("ex_ante")
    said.check(facts_of(design.content).crediting)
    other = overlapping(connection, project_id, said.span)
    if other is not None:
        raise PeriodOverlaps(pointer="/from", number=other)
    assert by.user_id is not None, "whoever opens has a name"
    now = clock.now()
    before = periods_of(connection, project_id)
    period = MonitoringPeriod(
        new_id(),
        project_id,
        before[0].number + 1 if before else 1,
        *said.span,
        said.sets,
        said.labels,
        OPEN,
        by.user_id,
        now,
        now,
    )
    add_period(connection, period)
    return period
