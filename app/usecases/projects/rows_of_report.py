"""Every row that the report of a locked period is derived from."""

from __future__ import annotations

from app.store.database import Connection
from app.store.projects.calculations import newest_calculation
from app.store.projects.designs import find_design
from app.store.projects.ex_antes import ex_ante_rows, find_ex_ante
from app.store.projects.findings import OF_VERIFICATIONS, findings_of
from app.store.projects.measurements import calibrations_of, current_measurements
from app.store.projects.periods import periods_of
from app.usecases.projects.hold_period_of import HeldPeriod
from behaviours.projects.monitoring import FREE
from behaviours.projects.report import ReportRows


def rows_of_report(connection: Connection, held: HeldPeriod) -> ReportRows:
    """Of a period that was locked: by its newest calculation and the design that this one took."""
    period, project = held
    calculation = newest_calculation(connection, period.period_id)
    assert calculation is not None, "a locked period was computed"
    which = project.project_id, calculation.design_number
    design, table = find_design(connection, *which), find_ex_ante(connection, *which)
    assert design is not None, "a design stays"
    assert table is not None, "so does its table"
    before = [
        each
        for each in periods_of(connection, project.project_id)
        if each.number != period.number
        and each.ends_before <= period.starts_on
        and each.state not in FREE
    ]
    return ReportRows(
        project,
        period,
        design,
        table,
        ex_ante_rows(connection, *which),
        current_measurements(connection, period.period_id),
        calibrations_of(connection, project.project_id),
        calculation,
        [*(each.span for each in before), period.span],
        findings_of(connection, OF_VERIFICATIONS, before[0].period_id) if before else [],
    )
