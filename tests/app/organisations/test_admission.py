"""Admission: two people of two roles admit who was assessed, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from app.store.organisations.organisations import organisation
from tests.builders.applications import AdmissionDesk
from tests.builders.people import Http, Tokens


def applied(office, **told):
    body = {"kind": "merchant", "name": "Lakeside Coffee", **told}
    answer = office.http.post("/v1/organisations", body, token=office.operator)
    assert (answer.status_code, answer.json["awaiting"]) == (202, ["authority", "operator"]), (
        answer.text
    )
    return answer.json["id"]


def test_two_authorities_at_once_admit_once(office, live_app, live):
    desk = AdmissionDesk(live_app, live)
    organisation_id = desk.assessed("merchant")
    path = f"/v1/organisations/{organisation_id}/admit"
    assert desk.admit(organisation_id, desk.operator).status_code == 202
    others = [Tokens(live_app, live)("authority") for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda token: Http(live_app).post(path, token=token), others))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    found = live.database.transact(organisation, UUID(organisation_id.removeprefix("org_")))
    assert (found.kind, found.name) == ("merchant", "Lakeside")


def test_applications_are_listed_and_declined_with_a_reason(office):
    first, second = applied(office), applied(office)
    path = "/v1/organisation-applications?state=applied"
    listed = office.http.get(path, token=office.authority).json["data"]
    assert [each["id"] for each in listed][:2] == [second, first]
    decline = f"/v1/organisations/{first}/decline"
    assert office.http.post(decline, {}, token=office.authority).status_code == 422
    why = {"reason": "No contract."}
    assert office.http.post(decline, why, token=office.authority).json["state"] == "declined"
    again = office.http.post(decline, why, token=office.authority)
    assert (again.status_code, again.json["code"]) == (409, "APPLICATION_DECIDED")
    admit = office.http.post(f"/v1/organisations/{first}/admit", token=office.authority)
    assert (admit.status_code, admit.json["code"]) == (409, "APPLICATION_DECIDED")
    invite = {"username": "some.body", "display_name": "x", "duty": "administrator"}
    late = office.http.post(f"/v1/organisations/{first}/users", invite, token=office.operator)
    assert (late.status_code, late.json["code"]) == (404, "NOT_FOUND"), "declined"


@pytest.mark.parametrize("told", [{"kind": "operator"}, {"name": ""}, {"name": "x", "state": "y"}])
def test_an_application_says_what_it_is(office, told):
    body = {"kind": "provider", "name": "A metro", **told}
    answer = office.http.post("/v1/organisations", body, token=office.operator)
    assert (answer.status_code, answer.json["code"]) == (422, "VALIDATION_FAILED")


def test_a_dry_run_admits_nobody(live_app, live):
    desk = AdmissionDesk(live_app, live)
    one = desk.assessed()
    assert desk.admit(one, desk.operator).status_code == 202
    path = f"/v1/organisations/{one}/admit"
    tried = desk.http.post(f"{path}?dry_run=true", token=desk.authority)
    assert (tried.status_code, tried.json["state"]) == (200, "accepted")
    assert desk.admit(one).status_code == 201
