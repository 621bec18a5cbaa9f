"""The routes for actions: report one or thousands, read them, follow their sum, take them back."""

from __future__ import annotations

from functools import partial
from typing import Any, TypedDict

from flask import Response, request
from marshmallow import Schema, fields as plain

from app.api.recording.action_body import ActionBody, read_sent_action
from app.auth import allow, caller
from app.clock import Clock
from app.http.answers import json_answer
from app.http.blueprint import ANY_OBJECT, Blueprint
from app.http.body import json_body, large_body
from app.http.current import wiring
from app.http.dry_run import DRY_RUN, dry_run
from app.http.errors import problem_of, status_of
from app.http.faults import invalid
from app.http.fields import Strict
from app.http.languages import LANGUAGE, wanted_language
from app.http.once import once
from app.ids import parse
from app.secrecy.signatures import sign
from app.shown.actions import ActionAnswer, recorded_answer, stored_answer
from app.shown.calculation import tell_calculation
from app.tokens import Caller
from app.usecases.recording.read_action import read_action
from app.usecases.recording.read_calculation import read_calculation
from app.usecases.recording.record import Recorded, RecordingRules
from app.usecases.recording.report import report
from behaviours.actions.action import Action
from behaviours.actions.refusals import TooManyActions
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Blueprint("actions", __name__, description="What people did, and what it saved.")

MOST_ACTIONS = 5000


class BatchBody(Strict):
    """Up to 5,000 actions."""

    actions = plain.List(plain.Nested(ActionBody), required=True)


class ResultAnswer(Schema):
    """What became of one action of a batch: `action`, or the `problem` it would have met alone."""

    status = plain.Integer()
    action = plain.Nested(ActionAnswer)
    problem = plain.Dict()


class BatchAnswer(Schema):
    """One result per action, in the same order."""

    results = plain.List(plain.Nested(ResultAnswer))


class _Content(TypedDict):
    schema: type[Schema]
    example: JsonObject


class RequestBody(TypedDict):
    """A request body as OpenAPI writes it."""

    required: bool
    content: dict[str, _Content]


EXAMPLE: JsonObject = {
    "participant_id": "par_0199b2c3d4e57f0080000000000000aa",
    "behaviour": "metro_ride",
    "external_id": "trip-20260301-000042",
    "occurred_at": "2026-03-01T08:15:00+08:00",
    "ended_at": "2026-03-01T08:47:00+08:00",
    "region": "CN-44",
    "quantities": {"trips": "1"},
    "evidence": {"ride_id": "SZ-88-000042"},
}


def documented(schema: type[Schema], example: JsonObject) -> RequestBody:
    """The request body for the documentation of a route that reads its body itself."""
    content: _Content = {"schema": schema, "example": example}
    return {"required": True, "content": {"application/json": content}}


@blueprint.route("/v1/actions", methods=["POST"])
@allow("provider", "participant", hot=True)
@blueprint.doc(requestBody=documented(ActionBody, EXAMPLE), parameters=[DRY_RUN])
@blueprint.response(201, ActionAnswer)
@blueprint.alt_response(200, schema=ActionAnswer, description="The answer of a dry run")
def report_action() -> Response:
    """Report an action; the answer says at once what it saved and what it earned.

    A provider names the participant, a participant reports for themselves. The same
    `external_id` of the same sender is counted once, for ever: a repeat is 409 with the id of
    the action, and so is another content under it, with the members that differ. With
    `supersedes` the action takes the place of an earlier one. A number counts once in whatever
    spelling (`/v1/normal-forms`), for each of its issuers (`/v1/issuers`).
    """
    as_if = dry_run()
    action = read_sent_action(json_body(), caller())
    if "Idempotency-Key" in request.headers:
        return once(_only_answer, status=200 if as_if else 201, required=False)(
            report, [action], **_how_to_record(dry_run=as_if)
        )
    # A refusal ends its transaction like an answer: it wrote nothing, and after a rollback the
    # connection would have to plan its statements anew.
    how = _how_to_record(dry_run=as_if)
    answers = wiring().database.transact_alone(report, [action], **how)
    return json_answer(_only_answer(answers), 200 if as_if else 201)


@blueprint.route("/v1/actions/batch", methods=["POST"])
@allow("provider", hot=True)
@large_body
@blueprint.doc(requestBody=documented(BatchBody, {"actions": [EXAMPLE]}), parameters=[DRY_RUN])
@blueprint.response(207, BatchAnswer)
def report_actions() -> Response:
    """Report up to 5,000 actions; each is treated as if it had come alone, in this order."""
    as_if, who = dry_run(), caller()
    read = [_read_item(item, who) for item in _items(json_body())]
    good = [action for action in read if not isinstance(action, Refusal)]
    results = partial(_results, read, dry_run=as_if)
    return once(results, status=207, required=False)(report, good, **_how_to_record(dry_run=as_if))


@blueprint.route("/v1/actions/<action_id>", methods=["GET"])
@allow("provider", "participant", "operator", "authority", by_word=True, by_city=True)
@blueprint.response(200, ActionAnswer)
def read_stored_action(action_id: str) -> Response:
    """One action, for the person, the provider that reported it, operators and authorities."""
    asked, viewer = parse("act", action_id), caller().viewer
    return json_answer(stored_answer(wiring().database.transact(read_action, asked, viewer=viewer)))


@blueprint.route("/v1/actions/<action_id>/calculation", methods=["GET"])
@allow("provider", "participant", "operator", "authority", by_word=True, by_city=True)
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, ANY_OBJECT, description="Every input, factor, source, equation and step")
def read_stored_calculation(action_id: str) -> Response:
    """How the reduction came about, run again now: stored and recomputed mg side by side.

    With `lang`, or by `Accept-Language`, `sentences` tell it in plain Chinese or English. The
    answer is all that `GET /v1/verifier.py` needs to get the same milligrams elsewhere. It is
    signed as certificates are: `signature` binds every other member.
    """
    asked, viewer = parse("act", action_id), caller().viewer
    language = wanted_language()
    calculation = wiring().database.transact(
        read_calculation, asked, viewer=viewer, rulebook=wiring().rulebook
    )
    key = wiring().settings.signing_key
    if language is None:
        return json_answer(sign(calculation, key))
    said = {"language": language, "sentences": tell_calculation(calculation, language)}
    response = json_answer(sign({**calculation, **said}, key))
    response.content_language.add(language)
    response.vary.add("Accept-Language")
    return response


class _HowToRecord(TypedDict):
    reported_by: str
    rules: RecordingRules
    clock: Clock
    dry_run: bool


def _how_to_record(*, dry_run: bool) -> _HowToRecord:
    parts, who = wiring(), caller()
    return {
        "reported_by": f"{who.role}:{who.name}",
        "rules": RecordingRules(parts.rulebook, parts.policies, parts.wait_terms),
        "clock": parts.clock,
        "dry_run": dry_run,
    }


def _only_answer(answers: list[Recorded | Refusal]) -> JsonObject:
    (answer,) = answers
    if isinstance(answer, Refusal):
        raise answer
    return recorded_answer(answer)


def _results(
    read: list[Action | Refusal], answers: list[Recorded | Refusal], *, dry_run: bool
) -> JsonObject:
    """One result per action that was sent; ``answers`` are those of the readable ones."""
    recorded = iter(answers)
    return {
        "results": [
            _result(at, item if isinstance(item, Refusal) else next(recorded), dry_run=dry_run)
            for at, item in enumerate(read)
        ]
    }


def _items(body: Any) -> list[Any]:
    if type(body) is not dict:
        raise invalid("", "WRONG_TYPE", "object")
    if unknown := sorted(body.keys() - {"actions"}):
        raise invalid(f"/{unknown[0]}", "UNKNOWN_MEMBER")
    if "actions" not in body:
        raise invalid("/actions", "REQUIRED")
    if type(body["actions"]) is not list:
        raise invalid("/actions", "WRONG_TYPE", "array")
    if len(body["actions"]) > MOST_ACTIONS:
        raise TooManyActions(pointer="/actions", most=MOST_ACTIONS, sent=len(body["actions"]))
    return list(body["actions"])


def _read_item(item: Any, who: Caller) -> Action | Refusal:
    try:
        return read_sent_action(item, who)
    except Refusal as refusal:
        return refusal


def _result(position: int, answer: Recorded | Refusal, *, dry_run: bool) -> JsonObject:
    if isinstance(answer, Refusal):
        problem = problem_of(answer, under=f"/actions/{position}")
        return {"status": status_of(answer), "problem": problem}
    return {"status": 200 if dry_run else 201, "action": recorded_answer(answer)}
