"""An organisation that applies comes in by itself: it hands in, sees what is missing, withdraws,
and does nothing else until it is admitted."""

from __future__ import annotations

import pytest

from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.builders.answers import refusal
from tests.builders.applications import AdmissionDesk, a_statement, as_paper
from tests.builders.staff import a_name, accept


class Applicant:
    """The administrator of an organisation that applies, who came in by a link."""

    def __init__(self, office, desk, kind="provider") -> None:
        self.desk, self.id = desk, desk.apply(kind)
        body = {"username": a_name(), "display_name": "陈洁", "duty": "administrator"}
        invited = desk.http.post(f"/v1/organisations/{self.id}/users", body, token=office.operator)
        assert invited.status_code == 201, invited.text
        self.staff = accept(office.http, invited.json["link"]["url"], office.watch)
        self.login = self.staff.log_in()
        self.token = self.login["access_token"]

    def hand_in(self):
        assert self.desk.do(self.id, "statement", a_statement(), self.token).status_code == 200
        for kind in DOCUMENT_KINDS:
            answer = self.desk.do(self.id, "documents", as_paper(kind), self.token)
            assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture
def desk(live_app, live):
    return AdmissionDesk(live_app, live)


@pytest.fixture
def applicant(office, desk):
    return Applicant(office, desk)


def test_it_hands_in_is_admitted_and_comes_in_as_what_it_is(applicant, desk, office):
    assert applicant.hand_in()["lacking"] == ["assessment"]
    assert desk.read(applicant.id, applicant.token)["state"] == "applied"
    for path in (
        "/v1/provider",
        "/v1/users",
        f"/v1/organisations/{applicant.id}/clients",
        "/v1/log",
    ):
        assert refusal(desk.http.get(path, token=applicant.token)) == (403, "ROLE_NOT_ALLOWED")
    judged = desk.judgements(applicant.id)
    own = desk.do(applicant.id, "assess", judged, applicant.token)
    assert refusal(own) == (403, "ROLE_NOT_ALLOWED")
    assert desk.do(applicant.id, "assess", judged, desk.assessor).status_code == 200
    assert refusal(desk.admit(applicant.id, applicant.token)) == (403, "ROLE_NOT_ALLOWED")
    assert desk.admit(applicant.id, desk.operator).status_code == 202
    assert desk.admit(applicant.id).status_code == 201
    renewed = office.http.post(
        "/v1/auth/token",
        {"grant_type": "refresh_token", "refresh_token": applicant.login["refresh_token"]},
    )
    assert refusal(renewed)[0] == 400, "whoever came in as an applicant comes in anew"
    token = applicant.staff.token()
    assert desk.http.get("/v1/provider", token=token).status_code == 200
    assert desk.read(applicant.id, token)["state"] == "accepted", "its own it sees for ever"


def test_it_sees_and_changes_its_own_alone(applicant, desk, office):
    other = Applicant(office, desk, "merchant")
    [kept] = desk.do(applicant.id, "documents", as_paper("contract"), applicant.token).json[
        "documents"
    ]
    path = f"/v1/organisations/{applicant.id}"
    for hidden in (f"{path}/application", f"{path}/documents/{kept['id']}"):
        assert refusal(desk.http.get(hidden, token=other.token)) == (404, "NOT_FOUND")
    for step, body in (
        ("statement", a_statement()),
        ("documents", as_paper("contract")),
        ("withdraw", None),
    ):
        refused = desk.do(applicant.id, step, body, other.token)
        assert refusal(refused) == (404, "NOT_FOUND"), step


def test_its_own_word_on_its_ties_is_its_own(office, desk):
    verifier = Applicant(office, desk, "verifier")
    verifier.hand_in()
    desk.assess(verifier.id)
    desk.admit(verifier.id, desk.operator)
    assert desk.admit(verifier.id).status_code == 201
    known = desk.http.get("/v1/registry/verifiers").json["data"]
    [said] = [each["ties"] for each in known if each["id"] == verifier.id]
    assert [each["by_itself"] for each in said] == [True]


@pytest.mark.parametrize("ends", ["withdraw", "decline"])
def test_nobody_comes_in_for_an_application_that_is_over(applicant, desk, ends):
    by, body = (
        (applicant.token, None) if ends == "withdraw" else (desk.authority, {"reason": "No."})
    )
    assert desk.do(applicant.id, ends, body, by).status_code == 200
    answer = applicant.staff.come_in(applicant.staff.fresh_code())
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")
    refused = desk.do(applicant.id, "documents", as_paper("contract"), applicant.token)
    assert refusal(refused) == (409, "APPLICATION_DECIDED")
