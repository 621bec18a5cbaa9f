"""Routes of one monitoring period: its values, its lock, its report and its notice."""

from __future__ import annotations

from typing import Final

from flask import Response

from app.api.projects.opinion_bodies import (
    PeriodReasonBody,
    ReportReasonBody,
    SentPeriodReason,
    SentReportReason,
)
from app.api.projects.period_bodies import MeasurementsBody, SentMeasurements, measurements_of
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.languages import LANGUAGE, wanted_language
from app.http.once import step_of
from app.http.pages import read_one
from app.http.paper import printed
from app.ids import parse, public
from app.messages.catalogues import DEFAULT
from app.shown.monitoring import (
    CalculationAnswer,
    MeasurementsAnswer,
    MonitoringPeriodAnswer,
    PeriodReportAnswer,
    calculation_answer,
    measurements_answer,
    period_answer,
    period_report_answer,
)
from app.shown.period_report_pdf import period_report_pdf
from app.usecases.projects.lock_period import lock_period
from app.usecases.projects.notice_period import notice_period
from app.usecases.projects.read_measurements import read_measurements
from app.usecases.projects.read_period_calculation import read_period_calculation
from app.usecases.projects.read_period_report import read_period_report
from app.usecases.projects.record_measurements import record_measurements
from app.usecases.projects.reopen_period import reopen_period
from app.usecases.projects.report_period import report_period
from app.usecases.projects.see_period import see_period
from app.usecases.projects.void_period import void_period
from behaviours.projects.monitoring import LOCK, MEASURE, NOTICE, REOPEN, REPORT, STEPS, TO_VOID

blueprint = Blueprint("monitoring_periods", __name__, description="Monitoring periods.")

SEEING: Final = ("enterprise", "verifier", "operator", "authority")
_PERIOD = "/v1/monitoring-periods/<period_id>"
_step = step_of("mpd", period_answer)


@blueprint.route(_PERIOD)
@allow(*SEEING)
@blueprint.response(200, MonitoringPeriodAnswer)
def show_monitoring_period(period_id: str) -> Response:
    """One monitoring period as it stands."""
    return read_one(period_answer, see_period, parse("mpd", period_id), by=caller().viewer)


@blueprint.route(f"{_PERIOD}/measurements")
@allow(*SEEING)
@blueprint.response(200, MeasurementsAnswer)
def list_measurements(period_id: str) -> Response:
    """The values of a period that count: those in whose place no other one stands."""
    whose = parse("mpd", period_id)
    return read_one(measurements_answer, read_measurements, whose, by=caller().viewer)


@blueprint.route(f"{_PERIOD}/measurements", methods=["POST"])
@allow(*STEPS[MEASURE].by, step="monitoring_period.measure")
@blueprint.arguments(MeasurementsBody)
@blueprint.response(201, MeasurementsAnswer)
def state_measurements(body: SentMeasurements, period_id: str) -> Response:
    """State values that were measured, all of them or none; a correction names the one before it.

    Units are the methodology's. A value is never changed: `supersedes` puts another in its place.
    """
    return step_of("mpd", measurements_answer, 201)(
        record_measurements,
        period_id,
        measurements_of(body),
        rulebook=wiring().rulebook,
        **by_caller(),
    )


@blueprint.route(f"{_PERIOD}/lock", methods=["POST"])
@allow(*STEPS[LOCK].by, step="monitoring_period.lock")
@blueprint.response(200, CalculationAnswer)
def lock_monitoring_period(period_id: str) -> Response:
    """Lock the values of a period that is over; the project's methodology computes them."""
    return step_of("mpd", calculation_answer)(
        lock_period,
        period_id,
        rulebook=wiring().rulebook,
        zone=wiring().programme.zone,
        **by_caller(),
    )


@blueprint.route(f"{_PERIOD}/calculation")
@allow(*SEEING)
@blueprint.response(200, CalculationAnswer)
def show_calculation(period_id: str) -> Response:
    """What the locked values came to last, with every step and the survey to compute it again."""
    whose = parse("mpd", period_id)
    return read_one(calculation_answer, read_period_calculation, whose, by=caller().viewer)


@blueprint.route(f"{_PERIOD}/report", methods=["POST"])
@allow(*STEPS[REPORT].by, step="monitoring_period.report")
@blueprint.arguments(ReportReasonBody)
@blueprint.response(201, PeriodReportAnswer)
def report_monitoring_period(body: SentReportReason, period_id: str) -> Response:
    """Report a locked period; the report is put together from the rows that it rests on."""
    return step_of("mpd", period_report_answer, 201)(
        report_period,
        period_id,
        body.get("reason", ""),
        rulebook=wiring().rulebook,
        zone=wiring().programme.zone,
        **by_caller(),
    )


@blueprint.route(f"{_PERIOD}/report")
@allow(*SEEING)
@blueprint.response(200, PeriodReportAnswer)
def show_period_report(period_id: str) -> Response:
    """The report of a period that counts."""
    whose = parse("mpd", period_id)
    return read_one(period_report_answer, read_period_report, whose, by=caller().viewer)


@blueprint.route(f"{_PERIOD}/report.pdf")
@allow(*SEEING)
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, description="The report as pages", content_type="application/pdf")
def show_period_report_pages(period_id: str) -> Response:
    """The report as pages with tables and plots, in the language of `lang` or `Accept-Language`.

    Every figure is that of the JSON, which is attached to the file. By default in English.
    """
    language = wanted_language() or DEFAULT
    whose = parse("mpd", period_id)
    report = wiring().database.transact(read_period_report, whose, by=caller().viewer)
    name = f"{public('mpd', report.period_id)}-{report.number}"
    return printed(period_report_pdf(report, language), name, language)


@blueprint.route(f"{_PERIOD}/notice", methods=["POST"])
@allow(*STEPS[NOTICE].by, step="monitoring_period.notice")
@blueprint.response(200, MonitoringPeriodAnswer)
def notice_monitoring_period(period_id: str) -> Response:
    """Give public notice of a report, by the longest of the programme's rules for reports that
    applies; it is verified once the notice is over."""
    return _step(notice_period, period_id, deadlines=wiring().project_deadlines, **by_caller())


@blueprint.route(f"{_PERIOD}/reopen", methods=["POST"])
@allow(*STEPS[REOPEN].by, step="monitoring_period.reopen")
@blueprint.response(200, MonitoringPeriodAnswer)
def reopen_monitoring_period(period_id: str) -> Response:
    """Open a period again that came back from its verification, to correct its values."""
    return _step(reopen_period, period_id, **by_caller())


@blueprint.route(f"{_PERIOD}/void", methods=["POST"])
@allow(*STEPS[TO_VOID].by, step="monitoring_period.void")
@blueprint.arguments(PeriodReasonBody)
@blueprint.response(200, MonitoringPeriodAnswer)
def void_monitoring_period(body: SentPeriodReason, period_id: str) -> Response:
    """Declare a period void whose data were falsified; its days are free for another period."""
    return _step(void_period, period_id, body["reason"], **by_caller())
