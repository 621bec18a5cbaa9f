"""Organisations are assessed before they are admitted, by somebody who neither handed in nor
admits; what is handed in lies sealed, and only whoever may see it does."""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.wiring import Wiring
from behaviours.file_forms import JPEG, PDF, PNG
from behaviours.paper_formats import MOST_BYTES
from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.builders.answers import refusal
from tests.builders.applications import (
    AdmissionDesk,
    a_credit_code,
    a_pdf,
    a_statement,
    as_paper,
)
from tests.builders.at_once import at_once
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, an_organisation

A_JPEG = b"\xff\xd8\xff\xe0 a photograph \xff\xd9"


@pytest.fixture
def desk(app: Flask, wiring: Wiring) -> AdmissionDesk:
    return AdmissionDesk(app, wiring)


def test_an_organisation_is_stated_handed_in_assessed_and_admitted(desk: AdmissionDesk) -> None:
    one = desk.apply()
    assert desk.read(one)["lacking"] == ["statement", *DOCUMENT_KINDS]
    early = desk.admit(one)
    assert refusal(early) == (409, "APPLICATION_INCOMPLETE")
    assert "the business licence" in early.json["detail"]
    desk.handed_in(one)
    assert desk.read(one)["lacking"] == ["assessment"]
    assert refusal(desk.admit(one)) == (409, "APPLICATION_INCOMPLETE")
    found = desk.assess(one).json
    assert (found["state"], found["lacking"]) == ("assessed", [])
    assert found["assessments"][0]["contract"]["number"] == "ZJ-2026-017"
    assert all(each["accepted"] for each in found["documents"])
    first = desk.admit(one, desk.operator)
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    assert desk.admit(one).json["state"] == "accepted"
    late = desk.do(one, "documents", as_paper("contract")).json["documents"][-1]
    assert (late["renewal"], late["counts"]) == (True, False), "it is to take the first one's place"


def test_whoever_handed_in_does_not_assess_and_who_assessed_does_not_admit(
    desk: AdmissionDesk,
) -> None:
    one = desk.apply()
    desk.handed_in(one)
    assert refusal(desk.assess(one, desk.filing)) == (409, "ASSESSOR_HANDED_IN")
    by_authority = desk.do(one, "assess", desk.judgements(one), desk.authority)
    assert refusal(by_authority) == (403, "ROLE_NOT_ALLOWED")
    assert desk.assess(one).status_code == 200
    assert refusal(desk.admit(one, desk.assessor)) == (409, "ASSESSOR_ADMITS")
    # Whoever only handed in may be one of the two.
    assert desk.admit(one, desk.filing).status_code == 202
    again = desk.admit(one, desk.filing)
    assert (again.status_code, again.json["awaiting"]) == (202, ["authority"]), "once is once"
    assert desk.admit(one).status_code == 201


def test_a_document_that_changed_after_it_was_accepted_is_assessed_anew(
    desk: AdmissionDesk,
) -> None:
    one = desk.assessed()
    assert desk.admit(one, desk.operator).status_code == 202
    same = desk.read(one)["documents"]
    changed = desk.do(one, "documents", as_paper("contract", a_pdf("other terms")))
    assert (changed.json["state"], changed.json["lacking"]) == ("applied", ["assessment"])
    assert [each["counts"] for each in changed.json["documents"]].count(False) == 1
    assert refusal(desk.admit(one)) == (409, "APPLICATION_INCOMPLETE")
    stale = {
        "documents": [{"document_id": each["id"], "accepted": True} for each in same],
        "contract": desk.judgements(one)["contract"],
        "finding": "As before.",
    }
    refused = desk.do(one, "assess", stale, desk.assessor)
    assert refusal(refused) == (409, "DOCUMENTS_CHANGED")
    assert desk.assess(one).json["state"] == "assessed"
    # What was signed for the other contract counts for nothing.
    first = desk.admit(one)
    assert (first.status_code, first.json["awaiting"]) == (202, ["operator"])
    assert desk.admit(one, desk.operator).status_code == 201


def test_a_refused_document_says_why_and_another_one_is_handed_in(desk: AdmissionDesk) -> None:
    one = desk.apply()
    desk.handed_in(one)
    silent = desk.judgements(one, contract="x")
    for each in silent["documents"]:
        each.pop("reason", None)
    assert refusal(desk.do(one, "assess", silent, desk.assessor)) == (422, "ASSESSMENT_UNFIT")
    answer = desk.assess(one, contract="Page 3 is missing.").json
    assert (answer["state"], answer["lacking"]) == ("applied", ["contract_refused"])
    [refused] = [each for each in answer["documents"] if each["accepted"] is False]
    assert (refused["kind"], refused["reason"]) == ("contract", "Page 3 is missing.")
    told = desk.admit(one).json["detail"]
    assert "another contract (it was refused)" in told
    assert desk.do(one, "documents", as_paper("contract")).json["lacking"] == ["assessment"]
    assert desk.assess(one).json["lacking"] == []


def test_an_assessment_says_everything(desk: AdmissionDesk) -> None:
    one = desk.apply()
    nothing = {"documents": [{"document_id": f"doc_{'0' * 32}", "accepted": True}], "finding": "x"}
    assert refusal(desk.do(one, "assess", nothing, desk.assessor)) == (
        409,
        "APPLICATION_INCOMPLETE",
    )
    desk.handed_in(one)
    whole = desk.judgements(one)
    for wrong, expected in (
        ({**whole, "documents": whole["documents"][:2]}, (409, "DOCUMENTS_CHANGED")),
        ({**whole, "documents": whole["documents"][:1] * 3}, (409, "DOCUMENTS_CHANGED")),
        ({name: whole[name] for name in ("documents", "finding")}, (422, "ASSESSMENT_UNFIT")),
        (
            {**whole, "contract": {**whole["contract"], "ends_on": "2019-12-31"}},
            (422, "ASSESSMENT_UNFIT"),
        ),
    ):
        assert refusal(desk.do(one, "assess", wrong, desk.assessor)) == expected, wrong
    over = {**whole, "contract": {**whole["contract"], "ends_on": "2021-12-31"}}
    found = desk.do(one, "assess", over, desk.assessor).json
    assert (found["state"], found["lacking"]) == ("assessed", ["contract_over"])
    assert refusal(desk.admit(one)) == (409, "APPLICATION_INCOMPLETE")


@pytest.mark.parametrize(
    ("content", "media_type", "case"),
    [
        (b"", PDF, "empty"),
        (b"%PDF-1.7\n" + b"0" * MOST_BYTES + b"%%EOF", PDF, "larger than 5 MiB"),
        (b"MZ\x90\x00 a program", PDF, "no whole PDF, PNG or JPEG"),
        (a_pdf()[:-8], PDF, "no whole PDF, PNG or JPEG"),
        (A_JPEG, PDF, "is image/jpeg"),
        (a_pdf(), PNG, "is application/pdf"),
        (b"\x89PNG\r\n\x1a\n cut off", PNG, "no whole PDF, PNG or JPEG"),
    ],
    ids=["empty", "large", "program", "cut_off", "jpeg", "pdf", "png"],
)
def test_a_document_is_what_it_is_said_to_be(
    desk: AdmissionDesk, content: bytes, media_type: str, case: str
) -> None:
    one = desk.apply()
    answer = desk.do(one, "documents", as_paper("contract", content, media_type))
    assert refusal(answer) == (422, "DOCUMENT_UNFIT")
    assert case in answer.json["detail"]
    assert desk.read(one)["documents"] == []
    assert desk.do(one, "documents", as_paper("contract", A_JPEG, JPEG)).status_code == 200


def test_what_is_no_base64_or_no_kind_is_refused(desk: AdmissionDesk) -> None:
    one = desk.apply()
    for wrong in ({"content": "%%%"}, {"kind": "photograph"}, {"media_type": "text/html"}):
        answer = desk.do(one, "documents", {**as_paper("contract"), **wrong})
        assert refusal(answer) == (422, "VALIDATION_FAILED"), wrong


def test_a_document_lies_sealed_and_is_read_by_who_may(
    desk: AdmissionDesk, app: Flask, wiring: Wiring
) -> None:
    one, content = desk.apply("merchant"), a_pdf("the terms of a contract")
    [kept] = desk.do(one, "documents", as_paper("contract", content)).json["documents"]
    assert kept["sha256"] == hashlib.sha256(content).hexdigest()
    again = desk.do(one, "documents", as_paper("contract", content)).json
    assert [each["id"] for each in again["documents"]] == [kept["id"]], "the same once more"
    with wiring.database.engine.connect() as connection:
        [[sealed]] = connection.execute(
            text("select content from organisation_file where document_id = :id"),
            {"id": UUID(kept["id"].removeprefix("doc_"))},
        ).all()
    assert b"the terms" not in bytes(sealed)
    path = f"/v1/organisations/{one}/documents/{kept['id']}"
    http, tokens = Http(app), Tokens(app, wiring)
    for token in (desk.operator, desk.authority):
        answer = http.get(path, token=token)
        assert (answer.status_code, answer.data, answer.mimetype) == (200, content, PDF)
    rows = http.get("/v1/log", query_string={"subject": kept["id"]}, token=desk.authority)
    read = ["organisation.read_document"] * 2
    assert [each["verb"] for each in rows.json["data"]] == read, "each reading is in the log"
    own = UUID(one.removeprefix("org_"))
    assert http.get(path, token=tokens("merchant", tenant=own)).data == content
    stranger = tokens("merchant", tenant=an_organisation(wiring, "merchant"))
    for hidden in (path, f"/v1/organisations/{one}/application"):
        assert refusal(http.get(hidden, token=stranger)) == (404, "NOT_FOUND")
        assert http.get(hidden).status_code == 401
    other = desk.apply()
    moved = f"/v1/organisations/{other}/documents/{kept['id']}"
    assert refusal(http.get(moved, token=desk.operator)) == (404, "NOT_FOUND")


def test_a_code_is_of_one_organisation_also_when_two_state_it_at_once(
    desk: AdmissionDesk,
) -> None:
    code = a_credit_code()
    rivals = [desk.apply() for _ in range(4)]
    answers = at_once(
        [
            lambda one=one: AdmissionDesk(desk.app, desk.wiring).do(
                one, "statement", a_statement(credit_code=code)
            )
            for one in rivals
        ]
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {
        (409, "CREDIT_CODE_TAKEN")
    }
    [holder] = [one for one in rivals if desk.read(one)["statement"]]
    assert desk.do(holder, "statement", a_statement(credit_code=code)).status_code == 200, "own"
    assert desk.do(holder, "withdraw").json["state"] == "withdrawn"
    [free, *_] = [one for one in rivals if one != holder]
    assert desk.do(free, "statement", a_statement(credit_code=code)).status_code == 200
    again = desk.do(holder, "statement", a_statement())
    assert refusal(again) == (409, "APPLICATION_DECIDED")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"credit_code": "91350100M000100Y44"}, (422, "CREDIT_CODE_WRONG")),
        ({"interests": [f"org_{'0' * 32}"]}, (422, "UNKNOWN_PARTY")),
        ({"scenes": ["flying"], "reports": "x"}, (422, "UNKNOWN_SCENE")),
        ({"scenes": ["travel"]}, (422, "REPORTS_UNFIT")),
        ({"issuers": ["nobody"]}, (404, "NOT_FOUND")),
    ],
)
def test_a_statement_names_what_there_is(
    desk: AdmissionDesk, told: dict[str, object], expected: tuple[int, str]
) -> None:
    answer = desk.do(desk.apply(), "statement", a_statement(**told))
    assert (answer.status_code, answer.json["code"]) == expected


def test_ties_are_stated_even_if_there_are_none(desk: AdmissionDesk) -> None:
    one, said = desk.apply("merchant"), a_statement()
    for name in ("interests", "of_operator"):
        silent = {key: value for key, value in said.items() if key != name}
        assert refusal(desk.do(one, "statement", silent)) == (422, "VALIDATION_FAILED")
    reports = a_statement(scenes=["travel"], reports="Rides.")
    assert refusal(desk.do(one, "statement", reports)) == (422, "REPORTS_UNFIT")


def test_what_was_stated_comes_into_force_with_the_admission(
    desk: AdmissionDesk, wiring: Wiring
) -> None:
    buyer = f"org_{an_organisation(wiring, 'enterprise').hex}"
    code = f"issuer_{secrets.token_hex(4)}"
    an_issuer(wiring, code, kinds=("receipt",))
    told = {"scenes": ["metro_ride"], "reports": "Rides that gates counted.", "issuers": [code]}
    provider = desk.admitted(**told)
    verifier = desk.admitted("verifier", interests=[buyer, provider], group="华东核查")
    scenes = desk.http.get(f"/v1/scenes/providers?provider_id={provider}", token=desk.operator)
    [applied] = scenes.json["data"]
    assert (applied["scene"], applied["state"]) == ("metro_ride", "applied")
    issuers = desk.http.get("/v1/issuers?limit=100", token=desk.operator).json["data"]
    [kept] = [each for each in issuers if each["code"] == code]
    assert kept["provider_ids"] == [provider]
    known = desk.http.get("/v1/registry/verifiers").json["data"]
    [said] = [each for each in known if each["id"] == verifier]
    [ties] = said["ties"]
    assert (sorted(ties["interests"]), ties["group"]) == (sorted([buyer, provider]), "华东核查")
    assert ties["by_itself"] is False, "an operator wrote it"
    assert provider not in {each["id"] for each in known}, "who has no ties declares none"
