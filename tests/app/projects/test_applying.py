"""Projects are applied for by whoever may, with the rule that is in force and what proves it."""

from __future__ import annotations

import hashlib
from base64 import b64decode
from collections.abc import Callable
from uuid import UUID

from flask import Flask

from app.http.encoded_file import PIXEL
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens
from tests.builders.projects import WETLAND, Applicant

Applicants = Callable[[], Applicant]
OWNER = {"name": "某林场", "credit_code": "91350100M000100Y43"}


def test_a_project_is_a_draft_until_it_is_submitted(applicant: Applicant) -> None:
    path = applicant.apply()
    draft = applicant.get(path).json
    assert (draft["state"], draft["region"], draft["owner"]) == ("draft", "CN-440800", None)
    assert draft.items() >= WETLAND.items()
    assert draft["methodology_digest"].startswith("sha256:")

    said = {**applicant.statement, "name": "湛江红树林", "region": "CN-44"}
    changed = applicant.post(f"{path}/statement", said).json
    assert (changed["name"], changed["region"], changed["state"]) == (
        "湛江红树林",
        "CN-44",
        "draft",
    )

    applicant.hand_in(path, "tenure")
    assert applicant.post(f"{path}/submit").json["state"] == "submitted"
    assert refusal(applicant.post(f"{path}/submit")) == (409, "PROJECT_STATE_CONFLICT")
    assert refusal(applicant.post(f"{path}/statement", said)) == (409, "PROJECT_STATE_CONFLICT")


def test_without_proof_of_the_place_nothing_is_submitted(applicant: Applicant) -> None:
    path = applicant.apply()
    applicant.hand_in(path, "supporting")
    answer = applicant.post(f"{path}/submit")
    assert refusal(answer) == (409, "PROOF_MISSING")
    assert "tenure" in answer.json["detail"]


def test_who_applies_for_another_has_the_written_entrustment(applicant: Applicant) -> None:
    path = applicant.apply(owner=OWNER)
    assert applicant.get(path).json["owner"] == OWNER
    applicant.hand_in(path, "tenure")
    answer = applicant.post(f"{path}/submit")
    assert refusal(answer) == (409, "ENTRUSTMENT_MISSING")
    assert OWNER["name"] in answer.json["detail"]
    applicant.hand_in(path, "entrustment")
    assert applicant.post(f"{path}/submit").json["state"] == "submitted"


def test_an_owner_without_a_right_code_is_refused(applicant: Applicant) -> None:
    wrong = {**OWNER, "credit_code": "91350100M000100Y44"}
    answer = applicant.post("", {**applicant.statement, "owner": wrong})
    assert refusal(answer) == (422, "CREDIT_CODE_WRONG")
    assert answer.json["errors"][0]["pointer"] == "/owner/credit_code"


def test_a_new_project_takes_a_rule_of_projects_in_force(applicant: Applicant) -> None:
    def refused(code: str, version: str) -> tuple[int, str]:
        taken = {"methodology_code": code, "methodology_version": version}
        body = {**applicant.statement, **taken}
        return refusal(applicant.post("", body))

    assert refused("bj.low_carbon_travel", "2024") == (422, "FOR_ACTIONS")
    assert refused("gd.forestry_project", "2022") == (422, "METHODOLOGY_INCOMPLETE")
    assert refused("verra.tidal_wetland_restoration", "9") == (404, "UNKNOWN_METHODOLOGY")


def test_a_document_is_kept_once_and_read_as_it_was_sent(
    applicant: Applicant, an_applicant: Applicants, tokens: Tokens
) -> None:
    path = applicant.apply()
    first = applicant.hand_in(path, "tenure")
    assert applicant.hand_in(path, "tenure") == first
    content = b64decode(str(PIXEL["content"]))
    assert first["sha256"] == hashlib.sha256(content).hexdigest()
    assert applicant.get(f"{path}/documents").json == {"documents": [first]}
    assert applicant.get(f"{path}/documents/{first['id']}").data == content
    operator = applicant.http.get(
        f"/v1/projects{path}/documents/{first['id']}", token=tokens("operator")
    )
    assert operator.data == content
    other = an_applicant()
    assert refusal(other.get(f"{path}/documents/{first['id']}")) == (404, "NOT_FOUND")
    assert refusal(applicant.get(f"{path}/documents/doc_{UUID(int=7).hex}")) == (404, "NOT_FOUND")


def test_what_is_no_document_is_refused(applicant: Applicant) -> None:
    path = applicant.apply()
    said = {"kind": "tenure", "media_type": "application/pdf", "content": PIXEL["content"]}
    assert refusal(applicant.post(f"{path}/documents", said)) == (422, "DOCUMENT_UNFIT")


def test_a_project_is_seen_by_its_applicant_and_the_programme(
    applicant: Applicant, an_applicant: Applicants, tokens: Tokens, later_app: Flask
) -> None:
    path = applicant.apply()
    other, programme = an_applicant(), Applicant(Http(later_app), tokens("authority"))
    assert refusal(other.get(path)) == (404, "NOT_FOUND")
    assert refusal(other.post(f"{path}/withdraw")) == (404, "NOT_FOUND")
    assert other.get("").json["data"] == []
    assert programme.get(path).json["id"] == path[1:]
    assert [each["id"] for each in applicant.get("").json["data"]] == [path[1:]]
    assert path[1:] in [each["id"] for each in programme.get("?state=draft").json["data"]]
    assert refusal(programme.get("?state=lost")) == (422, "VALIDATION_FAILED")


def test_a_withdrawn_project_is_over(applicant: Applicant) -> None:
    path = applicant.submitted()
    assert applicant.post(f"{path}/withdraw").json["state"] == "withdrawn"
    assert refusal(applicant.post(f"{path}/withdraw")) == (409, "PROJECT_STATE_CONFLICT")
    body = {"kind": "tenure", **PIXEL}
    assert refusal(applicant.post(f"{path}/documents", body)) == (409, "PROJECT_STATE_CONFLICT")
