"""Read everything that a hand-over package of an issued monitoring period is made of."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.decisions import decisions_of
from app.store.projects.designs import find_design
from app.store.projects.ex_antes import find_ex_ante
from app.store.projects.findings import OF_VALIDATIONS, OF_VERIFICATIONS
from app.store.projects.hand_overs import last_manifest
from app.store.projects.issuances import find_issuance
from app.store.projects.measurements import calibrations_of, current_measurements
from app.store.projects.projects import find_project
from app.store.projects.proofs import proofs_of
from app.store.projects.validations import opinions_of as validation_opinions, validations_of
from app.store.projects.verifications import opinions_of
from app.store.registry.issued_units import issued_of_period, standing_of_period
from app.usecases.projects.read_cadtrust import CadTrustSource, read_cadtrust
from app.usecases.projects.read_period_calculation import read_period_calculation
from app.usecases.projects.read_period_report import read_period_report
from app.usecases.projects.read_validation import ValidationRead
from app.usecases.projects.see_period import see_period
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.calculated import PeriodCalculation, PeriodReport
from behaviours.projects.design import StatedDesign
from behaviours.projects.ex_ante import StatedExAnte
from behaviours.projects.issuance import ProjectIssuance
from behaviours.projects.measurement import Calibration, Measurement
from behaviours.projects.monitoring import ISSUED, MonitoringPeriod, PeriodStateConflict
from behaviours.projects.project import Project, ProjectProof
from behaviours.projects.registration import ProjectDecision
from behaviours.projects.verification import VerificationOpinion
from behaviours.viewer import Viewer
from rewards.registry.block import Block
from rewards.registry.hand_over import IssuedTonnes, check_whole


class HandedOver(NamedTuple):
    """Every row behind an issue, and the blocks that were made of it, in order."""

    project: Project
    period: MonitoringPeriod
    design: StatedDesign
    ex_ante: StatedExAnte
    proofs: list[ProjectProof]
    validation: ValidationRead
    decisions: list[ProjectDecision]
    measured: list[Measurement]
    calibrations: list[Calibration]
    calculation: PeriodCalculation
    report: PeriodReport
    opinions: list[VerificationOpinion]
    told: ToldFindings
    issuance: ProjectIssuance
    issued: list[IssuedTonnes]
    blocks: list[Block]
    # The project as everybody reads it, and by its rows for CAD Trust.
    public: CadTrustSource
    # SHA-256 of the manifest of the last package of the project that was taken over.
    previous: bytes | None


def read_hand_over(connection: Connection, period_id: UUID, *, by: Viewer) -> HandedOver:
    """All of it; raises UnknownPeriod, PeriodStateConflict and HandOverNotWhole."""
    period = see_period(connection, period_id, by=by)
    issuance = find_issuance(connection, period_id)
    if issuance is None:
        raise PeriodStateConflict(state=period.state, needed=ISSUED)
    project = find_project(connection, period.project_id)
    calculation = read_period_calculation(connection, period_id, by=by)
    which = period.project_id, calculation.design_number
    design, ex_ante = find_design(connection, *which), find_ex_ante(connection, *which)
    assert project is not None, "a period is of a project"
    assert design is not None, "a design stays"
    assert ex_ante is not None, "so does its table"
    issued = issued_of_period(connection, period_id)
    standing = standing_of_period(connection, period_id)
    return HandedOver(
        project,
        period,
        design,
        ex_ante,
        proofs_of(connection, period.project_id),
        ValidationRead(
            validations_of(connection, period.project_id),
            validation_opinions(connection, period.project_id),
            told_findings(connection, OF_VALIDATIONS, period.project_id),
        ),
        decisions_of(connection, period.project_id),
        current_measurements(connection, period_id),
        calibrations_of(connection, period.project_id),
        calculation,
        read_period_report(connection, period_id, by=by),
        opinions_of(connection, period_id),
        told_findings(connection, OF_VERIFICATIONS, period_id),
        issuance,
        issued,
        check_whole(standing, issued, project.applicant_id),
        read_cadtrust(connection, period.project_id),
        last_manifest(connection, period.project_id),
    )
