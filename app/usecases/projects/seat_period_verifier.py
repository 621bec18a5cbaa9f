"""Give a period whose notice is over to the body that verifies it."""

from __future__ import annotations

from datetime import tzinfo
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers
from app.store.projects.periods import write_period
from app.store.projects.validations import surroundings_of_project
from app.store.projects.verifications import add_body, bodies_of
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.projects.hold_period_for import hold_period_for
from behaviours.civil_time import civil_day
from behaviours.projects.monitoring import MonitoringPeriod
from behaviours.projects.project import VALIDATOR, VERIFIER
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.pooling.period_verifiers import check_period_verifier


def seat_period_verifier(
    connection: Connection,
    period_id: UUID,
    verifier_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    zone: tzinfo,
    by: Viewer,
    clock: Clock,
) -> MonitoringPeriod:
    """The period in verification, by a body that the authority approves by name.

    Raises PeriodStateConflict, ReportOnNotice, VerifierConflict, OrganisationSuspended and what
    ``hold_period_for`` raises.
    """
    period, project = hold_period_for(connection, period_id, by=by)
    project.check_registered()
    now = clock.now()
    seated = period.seated(verifier_id, now=now, today=civil_day(now, zone))
    lock_verifiers(connection)
    bodies = bodies_of(connection, project.project_id)
    validators = [body for body, role in bodies.items() if role == VALIDATOR]
    behaviour = rulebook.version_by_digest(project.said.digest).behaviour
    check_period_verifier(
        verifier_id,
        owner_id=project.applicant_id,
        validators=validators,
        around=surroundings_of_project(connection, project, behaviour),
    )
    check_taking_part(connection, [verifier_id])
    add_body(connection, project.project_id, verifier_id, VERIFIER, now=now)
    write_period(connection, seated)
    return seated
