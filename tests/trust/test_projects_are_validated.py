"""A design is validated by somebody whom no party chose, and every attempt stays."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask import Flask

from app.http.encoded_file import PIXEL
from app.ids import public
from app.usecases.projects.approve_validator import approve_validator
from app.usecases.projects.ask_registration import ask_registration
from app.usecases.projects.read_late_projects import read_late_projects
from app.usecases.projects.validate_by_authority import validate_by_authority
from app.wiring import Wiring
from behaviours.projects.project import UnknownProject
from behaviours.projects.validation import (
    AuthorityDoesNotValidate,
    OpinionNegative,
    ValidatorConflict,
)
from behaviours.viewer import Viewer
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.project_chain import REPORT, ProjectChain, a_validator, at, staff, tied
from tests.builders.projects import Applicant, a_place, on_land, parcel, square


@pytest.fixture
def chain(later: Wiring, applicant: Applicant) -> ProjectChain:
    """A project whose notice is over."""
    path = applicant.submitted()
    assert applicant.state(path, on_land(parcel("A", square(a_place())))).status_code == 201
    made = ProjectChain(later, path)
    made.noticed()
    return made


def approving(chain: ProjectChain, validator: Any) -> Any:
    rules = chain.wiring.rulebook
    return chain.take(
        approve_validator, validator, reason="x", rulebook=rules, by=staff("authority")
    )


def test_the_draw_leaves_out_who_is_tied_and_anybody_repeats_it(
    later: Wiring, later_app: Flask, tokens: Tokens, applicant: Applicant, chain: ProjectChain
) -> None:
    http, authority, operator = Http(later_app), tokens("authority"), tokens("operator")
    owner = chain.project().applicant_id
    free, bound = a_validator(later), a_validator(later, interests=frozenset({owner}))
    for who in (free, bound):
        body = {"organisation_id": public("org", who), "reason": "Accredited."}
        assert http.post("/v1/verifiers", body, token=authority).status_code == 202
        assert http.post("/v1/verifiers", body, token=operator).status_code == 201

    path = f"/v1/projects{chain.path}"
    assert refusal(http.post(f"{path}/draw-validator", token=operator)) == (403, "ROLE_NOT_ALLOWED")
    drawn = http.post(f"{path}/draw-validator", token=authority)
    assert (drawn.status_code, drawn.json["state"]) == (200, "in_validation"), drawn.text
    (attempt,) = applicant.get(f"{chain.path}/validation").json["attempts"]
    said = attempt["said"]
    assert (attempt["performed_by"], attempt["how"]) == ("validator", "drawn")
    assert said["left_out"][public("org", bound)] == ["interest"]
    assert public("org", free) in said["candidates"]
    design = bytes.fromhex(attempt["design_digest"].removeprefix("sha256:"))
    made_of = b"verifier" + bytes.fromhex(said["secret"]) + design + b"1"
    assert said["seed"] == hashlib.sha256(made_of).hexdigest()

    def rank(name: str) -> bytes:
        return hashlib.sha256(f"{said['seed']}{name}".encode()).digest()

    assert (
        attempt["validator_id"] == min(said["candidates"], key=rank) == drawn.json["validator_id"]
    )
    # Who sits stays.
    assert refusal(http.post(f"{path}/draw-validator", token=authority))[1] == (
        "PROJECT_STATE_CONFLICT"
    )


def test_nobody_tied_to_a_party_validates(chain: ProjectChain) -> None:
    wiring, owner = chain.wiring, chain.project().applicant_id
    buyer = an_organisation(wiring, "exchange")
    undeclared = an_organisation(wiring, "verifier")
    cases = [
        (a_validator(wiring, interests=frozenset({owner})), "interest"),
        (a_validator(wiring, interests=frozenset({buyer})), "interest"),
        (undeclared, "undeclared"),
    ]
    for who, case in cases:
        with pytest.raises(ValidatorConflict) as refused:
            approving(chain, who)
        assert refused.value.case == case
    assert chain.project().state == "notice_closed"


def test_findings_are_answered_by_the_owner_and_closed_by_the_validator(
    later_app: Flask, tokens: Tokens, applicant: Applicant, chain: ProjectChain
) -> None:
    validator = chain.seated()
    other = Applicant(Http(later_app), tokens("verifier"))
    seat = Applicant(Http(later_app), tokens("verifier", tenant=validator.tenant_id))
    path = chain.path
    said = [
        {"kind": "CL", "section": "B.1", "text": "Which year?"},
        {"kind": "CAR", "section": "B.4", "text": "The sum is wrong."},
        {"kind": "FAR", "section": "D", "text": "Calibrate by the first period."},
    ]
    assert refusal(other.post(f"{path}/findings", {"findings": said})) == (404, "NOT_FOUND")
    raised = seat.post(f"{path}/findings", {"findings": said})
    assert raised.status_code == 201, raised.text
    cl, car, far = [each["id"] for each in raised.json["findings"]]
    opinion = {"verdict": "positive", "statement": "Good.", **PIXEL}
    assert refusal(seat.post(f"{path}/opinion", opinion)) == (409, "FINDING_OPEN")

    def judge(finding: str, reply: str) -> Any:
        body = {"judged": [{"finding_id": finding, "reply": reply, "text": "x"}]}
        return seat.post(f"{path}/findings/judgements", body)

    # What is not answered is not closed, and only a FAR is kept.
    assert refusal(judge(cl, "closed")) == (409, "FINDING_ANSWERED")
    assert refusal(judge(car, "kept")) == (409, "FINDING_ANSWERED")
    answers = {"answers": [{"finding_id": each, "text": "2024."} for each in (cl, car)]}
    assert refusal(seat.post(f"{path}/findings/answers", answers)) == (403, "ROLE_NOT_ALLOWED")
    assert applicant.post(f"{path}/findings/answers", answers).status_code == 200
    # Not enough: it is open again, and is answered again.
    assert judge(car, "raised").status_code == 200
    assert refusal(judge(car, "closed")) == (409, "FINDING_ANSWERED")
    again = {"answers": [{"finding_id": car, "text": "Corrected."}]}
    assert applicant.post(f"{path}/findings/answers", again).status_code == 200
    assert judge(cl, "closed").status_code == judge(car, "closed").status_code == 200
    assert refusal(seat.post(f"{path}/opinion", opinion)) == (409, "FINDING_OPEN")
    assert judge(far, "kept").status_code == 200
    validated = seat.post(f"{path}/opinion", opinion)
    assert (validated.status_code, validated.json["state"]) == (200, "validated"), validated.text

    told = applicant.get(f"{path}/validation").json
    assert [each["state"] for each in told["findings"]] == ["closed", "closed", "kept"]
    assert [each["reply"] for each in told["findings"][1]["replies"]] == [
        *("answered", "raised", "answered", "closed")
    ]
    kept = told["attempts"][0]["opinion"]
    assert kept["report_sha256"] == hashlib.sha256(REPORT).hexdigest()
    fetched = applicant.get(f"{path}/documents/{kept['report_id']}")
    assert fetched.data == REPORT
    assert refusal(judge(far, "closed"))[1] == "PROJECT_STATE_CONFLICT"


def test_a_tie_that_is_declared_meanwhile_ends_the_opinion(chain: ProjectChain) -> None:
    validator, owner = chain.seated(), chain.project().applicant_id
    assert validator.tenant_id is not None
    tied(chain.wiring, validator.tenant_id, interests=frozenset({owner}))
    with pytest.raises(ValidatorConflict):
        chain.opined(validator)
    assert chain.project().state == "in_validation"


def test_every_attempt_stays_and_a_returned_design_goes_on_notice_again(
    applicant: Applicant, chain: ProjectChain
) -> None:
    first = chain.seated()
    assert chain.opined(first, "returned").state == "returned"
    body = on_land(parcel("A", square(a_place())))
    assert applicant.state(chain.path, body).status_code == 201
    chain.noticed()
    second = chain.seated()
    with pytest.raises(UnknownProject):
        chain.opined(first)
    assert chain.opined(second, "negative").state == "rejected"
    told = applicant.get(f"{chain.path}/validation").json["attempts"]
    assert [each["opinion"]["verdict"] for each in told] == ["returned", "negative"]
    assert [each["design_number"] for each in told] == [1, 2]
    who = Viewer("enterprise", first.tenant_id, first.tenant_id)
    with pytest.raises(UnknownProject):
        chain.take(ask_registration, rulebook=chain.wiring.rulebook, by=who)
    with pytest.raises(OpinionNegative) as refused:
        chain.asked()
    assert refused.value.facts["verdict"] == "negative"


def test_who_left_the_seat_is_not_asked_again(
    later_app: Flask, tokens: Tokens, applicant: Applicant, chain: ProjectChain
) -> None:
    validator = chain.seated()
    seat = Applicant(Http(later_app), tokens("verifier", tenant=validator.tenant_id))
    answer = seat.post(f"{chain.path}/end-validation", {"reason": "No capacity."})
    assert (answer.status_code, answer.json["state"]) == (200, "notice_closed"), answer.text
    with pytest.raises(ValidatorConflict) as refused:
        approving(chain, validator.tenant_id)
    assert refused.value.case == "declined"
    chain.opined(chain.seated())
    told = applicant.get(f"{chain.path}/validation").json["attempts"]
    assert [each["opinion"]["verdict"] for each in told] == ["ended", "positive"]


def test_the_authority_validates_by_itself_only_where_the_rule_says_so(
    chain: ProjectChain,
) -> None:
    deadlines, authority = chain.wiring.project_deadlines, staff("authority")
    with pytest.raises(AuthorityDoesNotValidate):
        chain.take(validate_by_authority, deadlines=deadlines, by=authority)
    (rule,) = deadlines.terms.by_authority
    own = rule._replace(methodologies=(chain.project().said.methodology.partition("@")[0],))
    terms = deadlines.terms._replace(by_authority=(own,))
    chain.take(validate_by_authority, deadlines=deadlines._replace(terms=terms), by=authority)
    assert chain.project().validator_id is None
    with pytest.raises(UnknownProject):
        chain.opined(staff("operator"))
    assert chain.opined(authority).state == "validated"


def test_a_validation_without_an_opinion_is_reminded_of(chain: ProjectChain) -> None:
    chain.seated()
    seated_on = chain.project().state_at.date()

    def late(days: int) -> bool:
        then = at(chain.wiring, seated_on, days)
        found = then.database.transact(
            read_late_projects,
            deadlines=then.project_deadlines,
            by=staff("authority"),
            clock=then.clock,
            most=10_000,
        )
        return chain.project_id in [each.project_id for each in found.validations]

    assert (late(60), late(61)) == (False, True)
