"""Routes of the validation of projects: who does it, what was found, and the opinion."""

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
from app.api.projects.projects import SEEING
from app.api.projects.validation_bodies import (
    NamedValidatorBody,
    SentNamedValidator,
    SentValidationOpinion,
    ValidationOpinionBody,
)
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.body import large_body
from app.http.current import by_caller, wiring
from app.http.once import step_of
from app.http.pages import read_one
from app.http.reasons import Reasoned, SentReason
from app.ids import parse
from app.shown.findings import FindingsAnswer, findings_answer
from app.shown.projects import ProjectAnswer, project_answer
from app.shown.validations import (
    ValidationReadAnswer,
    validation_answer,
)
from app.usecases.projects.approve_validator import approve_validator
from app.usecases.projects.draw_validator import draw_validator
from app.usecases.projects.give_validation_opinion import give_validation_opinion
from app.usecases.projects.raise_validation_findings import raise_validation_findings
from app.usecases.projects.read_validation import read_validation
from app.usecases.projects.reply_to_validation_findings import reply_to_validation_findings
from app.usecases.projects.unseat_validator import unseat_validator
from app.usecases.projects.validate_by_authority import validate_by_authority
from behaviours.projects.project import (
    ANSWER_FINDINGS,
    PASS,
    RAISE_FINDINGS,
    SEAT,
    STEPS,
    UNSEAT,
)
from behaviours.projects.validation import NewValidationOpinion

blueprint = Blueprint("validations", __name__, description="Validation of projects.")
_step = step_of("prj", project_answer)
_found = step_of("prj", findings_answer)


class WhySeatEndsBody(Reasoned):
    """Why the seat ends."""


@blueprint.route("/v1/projects/<project_id>/validation")
@allow(*SEEING)
@blueprint.response(200, ValidationReadAnswer)
def show_validation(project_id: str) -> Response:
    """Every attempt to validate the design, how each ended, and every finding."""
    return read_one(
        validation_answer, read_validation, parse("prj", project_id), by=caller().viewer
    )


@blueprint.route("/v1/projects/<project_id>/draw-validator", methods=["POST"])
@allow(*STEPS[SEAT].by, step="project.draw_validator")
@blueprint.response(200, ProjectAnswer)
def draw_validator_of_project(project_id: str) -> Response:
    """Draw who validates the design, from the pool of verifiers less everybody tied to a party.

    The applicant, the owner, and whoever may buy are parties. What the draw went by is shown with
    the attempt, so that anybody repeats it.
    """
    return _step(draw_validator, project_id, rulebook=wiring().rulebook, **by_caller())


@blueprint.route("/v1/projects/<project_id>/approve-validator", methods=["POST"])
@allow(*STEPS[SEAT].by, step="project.approve_validator")
@blueprint.arguments(NamedValidatorBody)
@blueprint.response(200, ProjectAnswer)
def approve_validator_of_project(body: SentNamedValidator, project_id: str) -> Response:
    """Approve who validates the design by name, with a reason; no tie is set aside by it."""
    return _step(
        approve_validator,
        project_id,
        body["validator_id"],
        reason=body["reason"],
        rulebook=wiring().rulebook,
        **by_caller(),
    )


@blueprint.route("/v1/projects/<project_id>/validate-by-authority", methods=["POST"])
@allow(*STEPS[SEAT].by, step="project.validate_by_authority")
@blueprint.response(200, ProjectAnswer)
def take_validation(project_id: str) -> Response:
    """Let the authority itself validate, where the programme says that the text of the rule has it
    do so."""
    return _step(
        validate_by_authority, project_id, deadlines=wiring().project_deadlines, **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>/end-validation", methods=["POST"])
@allow(*STEPS[UNSEAT].by, step="project.unseat_validator")
@blueprint.arguments(WhySeatEndsBody)
@blueprint.response(200, ProjectAnswer)
def end_seat_of_validator(body: SentReason, project_id: str) -> Response:
    """End the seat of who validates, without an opinion: it declines, or the authority takes the
    seat back. It is not drawn for this project again."""
    return _step(unseat_validator, project_id, reason=body["reason"], **by_caller())


@blueprint.route("/v1/projects/<project_id>/findings", methods=["POST"])
@allow(*STEPS[RAISE_FINDINGS].by, step="project.raise_findings")
@blueprint.arguments(ProjectFindingsBody)
@blueprint.response(201, FindingsAnswer)
def raise_findings_of_project(body: SentProjectFindings, project_id: str) -> Response:
    """Raise findings: CL what is unclear, CAR an error, FAR what is for the next period."""
    return step_of("prj", findings_answer, 201)(
        raise_validation_findings, project_id, findings_sent(body), **by_caller()
    )


@blueprint.route("/v1/projects/<project_id>/findings/answers", methods=["POST"])
@allow(*STEPS[ANSWER_FINDINGS].by, step="project.answer_findings")
@blueprint.arguments(AnswersToFindingsBody)
@blueprint.response(200, FindingsAnswer)
def answer_findings_of_project(body: SentAnswersToFindings, project_id: str) -> Response:
    """Answer findings, as who applied with the project."""
    return _found(reply_to_validation_findings, project_id, answers_sent(body), **by_caller())


@blueprint.route("/v1/projects/<project_id>/findings/judgements", methods=["POST"])
@allow(*STEPS[RAISE_FINDINGS].by, step="project.judge_findings")
@blueprint.arguments(JudgedFindingsBody)
@blueprint.response(200, FindingsAnswer)
def judge_findings_of_project(body: SentJudgedFindings, project_id: str) -> Response:
    """Close answered findings, raise them anew where the answer is not enough, or keep a FAR for
    the next period."""
    return _found(reply_to_validation_findings, project_id, judged_sent(body), **by_caller())


@blueprint.route("/v1/projects/<project_id>/opinion", methods=["POST"])
@allow(*STEPS[PASS].by, step="project.give_opinion")
@large_body
@blueprint.arguments(ValidationOpinionBody)
@blueprint.response(200, ProjectAnswer)
def give_opinion_of_project(body: SentValidationOpinion, project_id: str) -> Response:
    """Give the opinion with its report: `positive` when no finding is open, `returned` for another
    design, or `negative`, which ends the application."""
    return _step(
        give_validation_opinion,
        project_id,
        NewValidationOpinion(**body),
        rulebook=wiring().rulebook,
        identity_key=wiring().settings.identity_key,
        **by_caller(),
    )
