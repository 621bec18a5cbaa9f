"""Give the opinion on a reported period: it stands, goes back, or is found wrong for good."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers
from app.store.projects.calculations import newest_calculation
from app.store.projects.findings import OF_VERIFICATIONS, findings_of
from app.store.projects.periods import write_period
from app.store.projects.projects import find_project
from app.store.projects.validations import surroundings_of_project
from app.store.projects.verifications import add_opinion
from app.usecases.projects.hold_seated_period import hold_seated_period
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.projects.verification import (
    VERDICT_STEPS,
    NewOpinion,
    VerificationOpinion,
    material_from_mg,
)
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def give_period_opinion(
    connection: Connection,
    period_id: UUID,
    said: NewOpinion,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> MonitoringPeriod:
    """The period after the opinion; every attempt stays on record.

    Raises PeriodStateConflict, VerifierConflict for a tie that was declared meanwhile,
    OpinionUnfit, FindingOpen, MaterialMisstatement and what ``hold_seated_period`` raises.
    """
    period = hold_seated_period(connection, period_id, by=by)
    now = clock.now()
    moved = period.move(VERDICT_STEPS[said.verdict], now=now)
    assert period.verifier_id is not None, "the body holds the period"
    project = find_project(connection, period.project_id)
    assert project is not None, "a period is of a project"
    lock_verifiers(connection)
    behaviour = rulebook.version_by_digest(project.said.digest).behaviour
    surroundings_of_project(connection, project, behaviour).check_untied(period.verifier_id)
    calculation = newest_calculation(connection, period_id)
    assert calculation is not None, "what is verified was computed"
    said.check(calculation.mg, period.span, findings_of(connection, OF_VERIFICATIONS, period_id))
    assert by.user_id is not None, "whoever says so has a name"
    add_opinion(
        connection,
        VerificationOpinion(
            period_id,
            period.attempt,
            period.verifier_id,
            said.verdict,
            said.scale,
            said.deduction_mg,
            said.uncorrected_mg,
            material_from_mg(calculation.mg, period.span, said.scale),
            said.statement,
            by.user_id,
            now,
        ),
    )
    write_period(connection, moved)
    return moved
