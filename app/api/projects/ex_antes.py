"""Routes of ex-ante tables, of monitoring periods of a project, and of its instruments."""

from __future__ import annotations

from flask import Response

from app.api.projects.period_bodies import (
    CalibrationsBody,
    ExAnteBody,
    MonitoringPeriodBody,
    SentCalibrations,
    SentExAnte,
    SentMonitoringPeriod,
    calibrations_sent,
    ex_ante_of,
    period_of,
)
from app.api.projects.projects import SEEING
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import step_of
from app.http.pages import read_one
from app.ids import parse
from app.shown.monitoring import (
    CalibrationsAnswer,
    ExAnteAnswer,
    MonitoringPeriodAnswer,
    MonitoringPeriodsAnswer,
    calibrations_answer,
    ex_ante_answer,
    period_answer,
    periods_answer,
)
from app.usecases.projects.open_period import open_period
from app.usecases.projects.read_ex_ante import read_ex_ante
from app.usecases.projects.read_monitoring_periods import read_monitoring_periods
from app.usecases.projects.record_calibrations import record_calibrations
from app.usecases.projects.state_ex_ante import state_ex_ante
from behaviours.projects.project import APPLYING, DESIGN, STEPS

blueprint = Blueprint("ex_antes", __name__, description="What projects expect and monitor.")


@blueprint.route("/v1/projects/<project_id>/ex-ante", methods=["POST"])
@allow(*STEPS[DESIGN].by, step="project.state_ex_ante")
@blueprint.arguments(ExAnteBody)
@blueprint.response(201, ExAnteAnswer)
def state_ex_ante_table(body: SentExAnte, project_id: str) -> Response:
    """State what the newest design comes to, one row for each civil year of the crediting period.

    The engine computes every row by the project's methodology; a mass that it does not come to is
    refused (`EX_ANTE_NOT_REPRODUCED`), in a row or in the total of all rows.
    """
    return step_of("prj", ex_ante_answer, 201)(
        state_ex_ante, project_id, ex_ante_of(body), rulebook=wiring().rulebook, **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>/ex-ante")
@allow(*SEEING)
@blueprint.response(200, ExAnteAnswer)
def show_ex_ante_table(project_id: str) -> Response:
    """The ex-ante table of the newest design."""
    return read_one(ex_ante_answer, read_ex_ante, parse("prj", project_id), by=caller().viewer)


@blueprint.route("/v1/projects/<project_id>/monitoring-periods", methods=["POST"])
@allow(APPLYING, step="project.open_period")
@blueprint.arguments(MonitoringPeriodBody)
@blueprint.response(201, MonitoringPeriodAnswer)
def open_monitoring_period(body: SentMonitoringPeriod, project_id: str) -> Response:
    """Open a monitoring period: days of the crediting period that no other one has.

    Days that no period has are credited to nobody, and the next report says so.
    """
    return step_of("prj", period_answer, 201)(
        open_period, project_id, period_of(body), **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>/monitoring-periods")
@allow(*SEEING)
@blueprint.response(200, MonitoringPeriodsAnswer)
def list_monitoring_periods(project_id: str) -> Response:
    """The monitoring periods of a project, newest first."""
    return read_one(
        periods_answer, read_monitoring_periods, parse("prj", project_id), by=caller().viewer
    )


@blueprint.route("/v1/projects/<project_id>/calibrations", methods=["POST"])
@allow(APPLYING, step="project.calibrate")
@blueprint.arguments(CalibrationsBody)
@blueprint.response(201, CalibrationsAnswer)
def state_calibrations(body: SentCalibrations, project_id: str) -> Response:
    """State that instruments were calibrated; a report lists the days that no calibration has."""
    return step_of("prj", calibrations_answer, 201)(
        record_calibrations, project_id, calibrations_sent(body), **by_caller()
    )
