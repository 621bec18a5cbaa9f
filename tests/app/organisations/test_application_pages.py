"""An organisation that applies does so in a browser: it states, hands in, sees what is missing."""

from __future__ import annotations

import io

import pytest

from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.app.organisations.test_applicants import Applicant
from tests.builders.applications import AdmissionDesk, a_credit_code, a_pdf
from tests.builders.browser import Browser

SAID = {
    "legal_name": "市民出行有限公司",
    "contact_name": "陈洁",
    "contact_phone": "+86 571 0000 0000",
    "contact_email": "office@example.cn",
}


@pytest.fixture
def desk(live_app, live):
    return AdmissionDesk(live_app, live)


@pytest.fixture
def applicant(office, desk):
    return Applicant(office, desk)


@pytest.fixture
def browser(live_app, applicant):
    """The administrator's, logged in, on the page of the application."""
    browser, staff = Browser(live_app), applicant.staff
    browser.open("/login?lang=en")
    browser.send(username=staff.username, password=staff.password, code=staff.fresh_code())
    assert browser.says("Application of your organisation")
    browser.open(f"/account/applications/{applicant.id}?lang=en")
    return browser


def test_it_states_hands_in_is_assessed_and_admitted(applicant, browser, desk, office):
    path = f"/account/applications/{applicant.id}"
    assert browser.says("The statement of who you are")
    code = a_credit_code()
    sent = browser.send_to(f"{path}/statement", credit_code=code, scenes="metro_ride", **SAID)
    assert sent.status_code == 422, "scenes need words"
    assert code in browser.page, "what was typed stays"
    told = {**SAID, "credit_code": code, "scenes": "metro_ride", "reports": "Rides. Gates count."}
    assert browser.send_to(f"{path}/statement", **told).status_code == 200
    assert not browser.says("The statement of who you are")
    for kind in DOCUMENT_KINDS:
        file = (io.BytesIO(a_pdf()), f"{kind}.pdf")
        assert browser.send_to(f"{path}/documents", kind=kind, file=file).status_code == 200
    papers = desk.read(applicant.id, applicant.token)
    assert papers["lacking"] == ["assessment"]
    assert papers["statement"]["credit_code"] == code
    assert (papers["statement"]["scenes"], papers["statement"]["of_operator"]) == (
        ["metro_ride"],
        False,
    )
    judged = desk.judgements(applicant.id)
    assert desk.do(applicant.id, "assess", judged, desk.assessor).status_code == 200
    browser.open(f"{path}?lang=zh-CN")
    assert browser.says("已审核")
    for token in (desk.operator, desk.authority):
        desk.do(applicant.id, "admit", token=token)
    rows = office.http.get(
        "/v1/log", query_string={"subject": applicant.id, "limit": "100"}, token=office.authority
    )
    steps = [each["verb"] for each in rows.json["data"]]
    assert steps.count("organisation.hand_in") == 3
    assert steps.count("organisation.state") == 1, "what was refused changed nothing"


def test_a_file_is_what_it_holds_and_the_page_says_what_is_wrong(applicant, browser, desk):
    path = f"/account/applications/{applicant.id}"
    file = (io.BytesIO(b"<script>1</script>"), "licence.pdf")
    sent = browser.send_to(f"{path}/documents", kind=DOCUMENT_KINDS[0], file=file)
    assert (sent.status_code, 'role="alert"' in browser.page) == (422, True)
    assert desk.read(applicant.id, applicant.token)["documents"] == []
    browser.open(f"{path}?lang=en")
    assert browser.send_to(f"{path}/withdraw").status_code == 200
    assert desk.read(applicant.id, applicant.token)["state"] == "withdrawn"
    assert "<form" not in browser.page


def test_it_is_nobody_elses(applicant, browser, office, desk, live_app):
    other = Applicant(office, desk)
    assert browser.open(f"/account/applications/{other.id}?lang=en").status_code == 404
    stranger = Browser(live_app)
    stranger.follow(stranger.open(f"/account/applications/{applicant.id}"))
    assert stranger.sent[-1].startswith("/login")
    alien = browser.open(f"/account/applications/{applicant.id}/withdraw", "POST")
    assert alien.status_code == 403
    assert desk.read(applicant.id, applicant.token)["state"] == "applied"
