"""Report a locked period: the report is put together from its rows and kept by its digest."""

from __future__ import annotations

from datetime import tzinfo
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.calculations import add_report, newest_report
from app.store.projects.periods import write_period
from app.usecases.projects.hold_period_of import hold_period_of
from app.usecases.projects.rows_of_report import rows_of_report
from behaviours.civil_time import civil_day
from behaviours.projects.calculated import PeriodReport
from behaviours.projects.design_written import digest_of
from behaviours.projects.monitoring import REPORT
from behaviours.projects.report import report_content
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def report_period(
    connection: Connection,
    period_id: UUID,
    reason: str,
    *,
    rulebook: ProgrammeRulebook,
    zone: tzinfo,
    by: Viewer,
    clock: Clock,
) -> PeriodReport:
    """The report as it is kept; ``reason`` says why more was reduced than expected.

    Raises PeriodStateConflict, ReportUnfit and what ``hold_period_of`` raises.
    """
    held = hold_period_of(connection, period_id, by=by)
    now = clock.now()
    reported = held.period.move(REPORT, now=now)
    rows = rows_of_report(connection, held)
    version = rulebook.version_by_digest(rows.calculation.rule_digest)
    last = newest_report(connection, period_id)
    number = last.number + 1 if last else 1
    content = report_content(
        version,
        rows,
        reason=reason,
        checked_on=civil_day(now, zone),
        number=number,
    )
    assert by.user_id is not None, "whoever reports has a name"
    report = PeriodReport(period_id, number, content, digest_of(content), by.user_id, now)
    add_report(connection, report)
    write_period(connection, reported)
    return report
