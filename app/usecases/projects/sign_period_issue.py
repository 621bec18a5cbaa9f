"""Sign the issue of a verified period; the second of two signatures makes the owner's units."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.losses import losses_of, uncovered_mg
from app.store.projects.periods import write_period
from app.store.signing import sign_by
from app.usecases.projects.hold_period_for import hold_period_for
from app.usecases.projects.issue_period import issue_period
from behaviours.projects.loss import check_issuing
from behaviours.projects.monitoring import ISSUE, MonitoringPeriod
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


class SignedPeriod(NamedTuple):
    """A period and the roles whose signature is missing."""

    period: MonitoringPeriod
    awaiting: list[str]


def sign_period_issue(
    connection: Connection,
    period_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    reserve_per_mille: int,
    by: Viewer,
    clock: Clock,
) -> SignedPeriod:
    """The period and who has yet to sign; issued when nobody has.

    Raises PeriodStateConflict, ProjectStateConflict, LossOpen, LossUncovered, SamePersonTwice and
    what ``hold_period_for`` raises.
    """
    period, project = hold_period_for(connection, period_id, by=by)
    project.check_registered()
    losses = losses_of(connection, project.project_id)
    check_issuing(losses, uncovered_mg(connection, project.project_id))
    now = clock.now()
    issued = period.move(ISSUE, now=now)
    awaiting = sign_by(connection, Matter("monitoring_period", period_id, ISSUE), by, now)
    if awaiting:
        return SignedPeriod(period, awaiting)
    issue_period(
        connection,
        project,
        period,
        rulebook=rulebook,
        reserve_per_mille=reserve_per_mille,
        by=by,
        now=now,
    )
    write_period(connection, issued)
    return SignedPeriod(issued, [])
