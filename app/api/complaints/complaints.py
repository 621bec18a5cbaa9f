"""The routes of complaints: filing, messages, answers, the authority's decision, and counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response, jsonify

from app.api.complaints.bodies import (
    ComplaintBody,
    ComplaintFilter,
    DecisionBody,
    HandOverBody,
    ReplyBody,
    SentComplaint,
    SentDecision,
    SentHandOver,
    SentReply,
    SentWords,
    WantedComplaints,
    WantedYear,
    WordsBody,
    YearFilter,
    words_of,
)
from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.complaints import as_party
from app.http.current import now, wiring
from app.http.faults import invalid
from app.http.once import once
from app.http.pages import limit_and_cursor, page
from app.shown.complaints import (
    ComplaintAnswer,
    ComplaintPage,
    StatisticsAnswer,
    complaint_answer,
    complaint_row,
    kind_answer,
)
from app.usecases.complaints.add_message import add_message
from app.usecases.complaints.count_complaints import count_complaints
from app.usecases.complaints.file_complaint import Filing, file_complaint
from app.usecases.complaints.hand_over_complaint import hand_over_complaint
from app.usecases.complaints.read_complaint import read_complaint
from app.usecases.complaints.read_complaints import After, SoughtComplaints, read_complaints
from app.usecases.complaints.take_step import Stepping, take_step
from app.usecases.complaints.told_complaint import ToldComplaint
from behaviours.civil_time import civil_day
from behaviours.complaint_statistics import LEAST
from behaviours.complaints import (
    ACKNOWLEDGE,
    AUTHORITY,
    CLOSE,
    DECIDE,
    ESCALATE,
    MERCHANT,
    OPERATOR,
    PARTICIPANT,
    PROVIDER,
    UPHOLD,
    About,
    Answerer,
    ComplaintOutcome,
)
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "complaints", __name__, description="What went wrong, and who answers for it."
)

_ANSWERERS = (PROVIDER, MERCHANT, OPERATOR, AUTHORITY)
_PARTIES = (PARTICIPANT, *_ANSWERERS)
_EXAMPLE = {
    "kind": "missing_credit",
    "behaviour": "metro_ride",
    "occurred_on": "2026-11-25",
    "provider_id": f"org_{'0199' + 28 * '0'}",
    "text": "I rode from Longxiangqiao to Wulin Square at 8:10 and was not credited.",
    "files": ["9f86d081884c7d65" * 4],
}


@blueprint.route("/v1/complaints", methods=["POST"])
@allow(PARTICIPANT, PROVIDER, step="complaint.file")
@blueprint.arguments(ComplaintBody, example=_EXAMPLE)
@blueprint.response(201, ComplaintAnswer)
def file(body: SentComplaint) -> Response:
    """Complain: the answer has a public number, who must answer, and by when.

    `missing_credit` names behaviour, day and provider; `wrong_credit` the action; `redemption` a
    redemption or an offer; `points` may name an action; an `objection` the project that is on
    public notice. A provider complains for people who let it report, and names them.
    """
    who, parts = caller(), wiring()
    return once(_shown, status=201, required=False)(
        file_complaint,
        Filing(_whose(body), _about(body), *words_of(body)),
        viewer=who.viewer,
        behaviours=parts.scenes.categories().keys(),
        prefix=parts.programme.serial_prefix,
        deadlines=parts.deadlines,
        clock=parts.clock,
    )


@blueprint.route("/v1/complaints", methods=["GET"])
@allow(*_PARTIES, by_word=True, by_city=True)
@blueprint.lists(ComplaintPage, narrowed_by=ComplaintFilter)
def list_all(wanted: WantedComplaints) -> JsonObject:
    """Open complaints by their clock, what is overdue first; with `open=false` those that ended.

    People see their own, organisations what they must answer or have filed, operators and
    authorities all.
    """
    limit, cursor = limit_and_cursor()
    who = caller()
    rows = wiring().database.transact(
        read_complaints,
        SoughtComplaints(
            wanted["open"],
            wanted.get("kind"),
            wanted.get("state"),
            wanted.get("answerer"),
            wanted.get("organisation_id"),
            wanted.get("overdue"),
        ),
        viewer=who.viewer,
        after=_after(cursor),
        most=limit + 1,
        deadlines=wiring().deadlines,
        clock=wiring().clock,
    )
    present, keys = now(), {each.complaint.number: list(each.after) for each in rows}
    answers = [complaint_row(each.complaint, viewer=who.viewer, now=present) for each in rows]
    return page(answers, lambda answer: keys[str(answer["number"])])


@blueprint.route("/v1/complaints/<number>", methods=["GET"])
@allow(*_PARTIES, by_word=True, by_city=True)
@blueprint.response(200, ComplaintAnswer)
def read(number: str) -> Response:
    """A complaint by its number, with all that was said, and your next steps."""
    told = wiring().database.transact(
        read_complaint,
        number,
        **as_party(caller().viewer),
    )
    return jsonify(_shown(told))


@blueprint.route("/v1/complaints/<number>/messages", methods=["POST"])
@allow(*_PARTIES, by_city=True, step="complaint.say")
@blueprint.arguments(WordsBody, example={"text": "Which station did you leave at?"})
@blueprint.response(201, ComplaintAnswer)
def say(body: SentWords, number: str) -> Response:
    """Ask, or add evidence; every party reads it, and no clock stops."""
    return once(_shown, status=201, required=False)(
        add_message,
        number,
        words_of(body),
        **as_party(caller().viewer),
    )


@blueprint.route("/v1/complaints/<number>/acknowledge", methods=["POST"])
@allow(*_ANSWERERS, by_city=True, step="complaint.acknowledge")
@blueprint.response(200, ComplaintAnswer)
def acknowledge(number: str) -> Response:
    """Say that it was read; the clock of the answer goes on."""
    return _step(number, Stepping(ACKNOWLEDGE))


@blueprint.route("/v1/complaints/<number>/reply", methods=["POST"])
@allow(*_ANSWERERS, by_city=True, step="complaint.reply")
@blueprint.arguments(
    ReplyBody,
    example={"outcome": "refuse", "reason_code": "not_done", "text": "No ride of that morning."},
)
@blueprint.response(200, ComplaintAnswer)
def reply(body: SentReply, number: str) -> Response:
    """Answer it; the person accepts, or takes it to the authority.

    A missing credit is credited by recording the action first and naming it here: it must be the
    person's, of that behaviour and day, and credited. Everything else is corrected or refused.
    """
    verdict = ComplaintOutcome(body["outcome"], body.get("reason_code"), body.get("action_id"))
    return _step(number, Stepping(body["step"], *words_of(body), verdict))


@blueprint.route("/v1/complaints/<number>/hand-over", methods=["POST"])
@allow(*_ANSWERERS, by_city=True, step="complaint.hand_over")
@blueprint.arguments(
    HandOverBody, example={"answerer": "programme", "text": "The rule is not ours to change."}
)
@blueprint.response(200, ComplaintAnswer)
def hand_over(body: SentHandOver, number: str) -> Response:
    """Hand it over to who can answer it: a provider that the person agreed to, or the programme.

    By who must answer it, before it is answered. The clocks run on: nobody gains time by it.
    """
    return once(_shown, status=200, required=False)(
        hand_over_complaint,
        number,
        Answerer(body["answerer"], body.get("organisation_id")),
        words_of(body),
        **as_party(caller().viewer),
    )


@blueprint.route("/v1/complaints/<number>/close", methods=["POST"])
@allow(PARTICIPANT)
@blueprint.response(200, ComplaintAnswer)
def close(number: str) -> Response:
    """Accept the answer; without one, withdraw the complaint."""
    return _step(number, Stepping(CLOSE))


@blueprint.route("/v1/complaints/<number>/escalate", methods=["POST"])
@allow(PARTICIPANT)
@blueprint.arguments(WordsBody, example={"text": "The turnstile printed this slip."})
@blueprint.response(200, ComplaintAnswer)
def escalate(body: SentWords, number: str) -> Response:
    """Take the answer to the authority, with your reasons, before the clock runs out."""
    return _step(number, Stepping(ESCALATE, *words_of(body)))


@blueprint.route("/v1/complaints/<number>/decide", methods=["POST"])
@allow(AUTHORITY, by_city=True, step="complaint.decide")
@blueprint.arguments(DecisionBody, example={"outcome": "uphold", "text": "The slip is genuine."})
@blueprint.response(200, ComplaintAnswer)
def decide(body: SentDecision, number: str) -> Response:
    """Decide what was taken to the authority; final, and never by who answered it.

    `uphold` means that the person is right: who must answer puts it right by the clock that begins
    (`reply` with `step=fulfil`).
    """
    if body["outcome"] == UPHOLD:
        for name in ("reason_code", "action_id"):
            if name in body:
                raise invalid(f"/{name}", "UNKNOWN_MEMBER")
        return _step(number, Stepping(UPHOLD, *words_of(body)))
    verdict = ComplaintOutcome(body["outcome"], body.get("reason_code"), body.get("action_id"))
    return _step(number, Stepping(DECIDE, *words_of(body), verdict))


@blueprint.route("/v1/statistics/complaints", methods=["GET"])
@allow_public
@blueprint.arguments(YearFilter, location="query")
@blueprint.response(200, StatisticsAnswer)
def count(wanted: WantedYear) -> JsonObject:
    """What was complained about in a year, what became of it, and in how many days."""
    year = wanted.get("year") or civil_day(now(), wiring().zone).year
    kinds = wiring().database.transact(
        count_complaints, year, deadlines=wiring().deadlines, clock=wiring().clock
    )
    return {"year": year, "fewer_than": LEAST, "kinds": [kind_answer(each) for each in kinds]}


def _step(number: str, stepping: Stepping) -> Response:
    return once(_shown, status=200, required=False)(
        take_step,
        number,
        stepping,
        **as_party(caller().viewer),
    )


def _shown(told: ToldComplaint) -> JsonObject:
    return complaint_answer(told, viewer=caller().viewer, now=now())


def _whose(body: SentComplaint) -> UUID:
    """The person who asks; of a provider the person that it names."""
    who = caller()
    named = body.get("participant_id")
    if who.role == PARTICIPANT:
        assert who.tenant_id is not None, "a participant's token names the participant"
        if named is not None and named != who.tenant_id:
            raise invalid("/participant_id", "NOT_YOURS", "complaint")
        return who.tenant_id
    if named is None:
        raise invalid("/participant_id", "REQUIRED", "whose_complaint")
    return named


def _about(body: SentComplaint) -> About:
    return About(
        kind=body["kind"],
        behaviour=body.get("behaviour"),
        occurred_on=body.get("occurred_on"),
        action_id=body.get("action_id"),
        provider_id=body.get("provider_id"),
        redemption_id=body.get("redemption_id"),
        offer_id=body.get("offer_id"),
        project_id=body.get("project_id"),
    )


def _after(cursor: list[str | None] | None) -> After | None:
    if cursor is None:
        return None
    due_at, complaint_id = cursor
    assert complaint_id is not None, "every row has an id"
    return After(datetime.fromisoformat(due_at) if due_at else None, UUID(complaint_id))
