"""Routes of the verification of a monitoring period, and of the issue of what was verified."""

from __future__ import annotations

from flask import Response

from app.api.projects.finding_bodies import (
    AnswersToFindingsBody,
    JudgedFindingsBody,
    ProjectFindingsBody,
    SentAnswersToFindings,
    SentJudgedFindings,
    SentProjectFindings,
    answers_sent,
    findings_sent,
    judged_sent,
)
from app.api.projects.monitoring_periods import SEEING
from app.api.projects.opinion_bodies import (
    PeriodOpinionBody,
    PeriodReasonBody,
    SeatBody,
    SentPeriodOpinion,
    SentPeriodReason,
    SentSeat,
    opinion_sent,
)
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.once import step_of
from app.http.pages import read_one
from app.http.signing import unless_awaited
from app.ids import parse
from app.shown.findings import FindingsAnswer, findings_answer
from app.shown.monitoring import MonitoringPeriodAnswer, period_answer
from app.usecases.projects.ask_issuance import ask_issuance
from app.usecases.projects.give_period_opinion import give_period_opinion
from app.usecases.projects.raise_findings import raise_findings
from app.usecases.projects.read_period_findings import read_period_findings
from app.usecases.projects.refuse_issuance import refuse_issuance
from app.usecases.projects.reply_to_period_findings import reply_to_period_findings
from app.usecases.projects.seat_period_verifier import seat_period_verifier
from app.usecases.projects.sign_period_issue import SignedPeriod, sign_period_issue
from behaviours.json_value import JsonObject
from behaviours.projects.monitoring import (
    ANSWER,
    ASK,
    CLOSE,
    ISSUE,
    RAISE,
    REFUSE,
    SEAT,
    STEPS,
    VERIFY,
)

blueprint = Blueprint("period_verifications", __name__, description="Verification of periods.")

_PERIOD = "/v1/monitoring-periods/<period_id>"
_step = step_of("mpd", period_answer)
_found = step_of("mpd", findings_answer)


@blueprint.route(f"{_PERIOD}/verifier", methods=["POST"])
@allow(*STEPS[SEAT].by, step="monitoring_period.seat")
@blueprint.arguments(SeatBody)
@blueprint.response(200, MonitoringPeriodAnswer)
def seat_verifier_of_period(body: SentSeat, period_id: str) -> Response:
    """Give a period to the body that verifies it: of the pool, tied to nobody in it, and no body
    that validated the project or belongs with one (`VERIFIER_CONFLICT`)."""
    return _step(
        seat_period_verifier,
        period_id,
        body["verifier_id"],
        rulebook=wiring().rulebook,
        zone=wiring().programme.zone,
        **by_caller(),
    )


@blueprint.route(f"{_PERIOD}/findings")
@allow(*SEEING)
@blueprint.response(200, FindingsAnswer)
def list_findings_of_period(period_id: str) -> Response:
    """The findings of a period, of all attempts, and what became of each."""
    whose = parse("mpd", period_id)
    return read_one(findings_answer, read_period_findings, whose, by=caller().viewer)


@blueprint.route(f"{_PERIOD}/findings", methods=["POST"])
@allow(*STEPS[RAISE].by, step="monitoring_period.raise")
@blueprint.arguments(ProjectFindingsBody)
@blueprint.response(201, FindingsAnswer)
def raise_findings_of_period(body: SentProjectFindings, period_id: str) -> Response:
    """Raise findings: what is unclear (CL), wrong (CAR), or to be done by the next period (FAR)."""
    return step_of("mpd", findings_answer, 201)(
        raise_findings, period_id, findings_sent(body), **by_caller()
    )


@blueprint.route(f"{_PERIOD}/findings/answers", methods=["POST"])
@allow(*STEPS[ANSWER].by, step="monitoring_period.answer")
@blueprint.arguments(AnswersToFindingsBody)
@blueprint.response(200, FindingsAnswer)
def answer_findings_of_period(body: SentAnswersToFindings, period_id: str) -> Response:
    """Answer findings, as the owner of the project."""
    return _found(reply_to_period_findings, period_id, answers_sent(body), **by_caller())


@blueprint.route(f"{_PERIOD}/findings/judgements", methods=["POST"])
@allow(*STEPS[CLOSE].by, step="monitoring_period.close")
@blueprint.arguments(JudgedFindingsBody)
@blueprint.response(200, FindingsAnswer)
def judge_findings_of_period(body: SentJudgedFindings, period_id: str) -> Response:
    """Close answered findings, raise them anew where the answer is not enough, or keep a FAR for
    the next period."""
    return _found(reply_to_period_findings, period_id, judged_sent(body), **by_caller())


@blueprint.route(f"{_PERIOD}/opinion", methods=["POST"])
@allow(*STEPS[VERIFY].by, step="monitoring_period.verify")
@blueprint.arguments(PeriodOpinionBody)
@blueprint.response(200, MonitoringPeriodAnswer)
def give_opinion_of_period(body: SentPeriodOpinion, period_id: str) -> Response:
    """Give the opinion: positive, perhaps with a deduction; returned to be corrected; negative.

    A positive one waits for every finding, and permits no uncorrected error above the threshold of
    the project's size (`MATERIAL_MISSTATEMENT`). All attempts stay on record.
    """
    rules = wiring().rulebook
    return _step(give_period_opinion, period_id, opinion_sent(body), rulebook=rules, **by_caller())


@blueprint.route(f"{_PERIOD}/issuance-request", methods=["POST"])
@allow(*STEPS[ASK].by, step="monitoring_period.ask")
@blueprint.response(200, MonitoringPeriodAnswer)
def ask_for_issuance(period_id: str) -> Response:
    """Ask that what was verified is issued."""
    return _step(ask_issuance, period_id, **by_caller())


@blueprint.route(f"{_PERIOD}/issue", methods=["POST"])
@allow(*STEPS[ISSUE].by, step="monitoring_period.issue")
@blueprint.signed(201, MonitoringPeriodAnswer)
def issue_monitoring_period(period_id: str) -> Response:
    """Sign the issue; the second signature, of the other role, makes the owner's units.

    Whole tonnes by civil year, less the reserve; the rest waits for the next issue of that year. A
    loss issues nothing, and the next periods are set off against it.
    """
    return step_of("mpd", _signed, unless_awaited(201))(
        sign_period_issue,
        period_id,
        rulebook=wiring().rulebook,
        reserve_per_mille=wiring().programme.reserve_per_mille,
        **by_caller(),
    )


@blueprint.route(f"{_PERIOD}/refuse", methods=["POST"])
@allow(*STEPS[REFUSE].by, step="monitoring_period.refuse")
@blueprint.arguments(PeriodReasonBody)
@blueprint.response(200, MonitoringPeriodAnswer)
def refuse_issue_of_period(body: SentPeriodReason, period_id: str) -> Response:
    """Refuse to issue what was verified, with the clause that forbids it."""
    return _step(refuse_issuance, period_id, body["reason"], **by_caller())


def _signed(signed: SignedPeriod) -> JsonObject:
    return period_answer(signed.period, signed.awaiting)
