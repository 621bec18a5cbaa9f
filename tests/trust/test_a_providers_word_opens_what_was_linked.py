"""Token exchange opens what the person linked, once for each assertion, and not very far."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from app.ids import public
from app.tokens import LONGEST_LIFETIME
from app.usecases.people.read_links import read_links
from app.usecases.people.unlink_provider import unlink_provider
from behaviours.viewer import Viewer
from tests.app.organisations.test_token_exchange import Login
from tests.builders.held import while_held
from tests.builders.people import Http, a_participant


@pytest.fixture
def login(http, token_for, wiring):
    return Login(http, wiring, token_for("operator"))


@pytest.fixture
def subject():
    return f"user-{secrets.token_hex(8)}"


@pytest.fixture
def linked(login, wiring, subject):
    """A person whom the provider enrolled and linked, nobody else having a part in it."""
    return a_participant(wiring, provider_id=login.provider.organisation_id, subject=subject)


def opens(login, subject):
    return login.exchange(login.subject_token(subject)).status_code == 200


def test_an_identity_opens_nothing_without_a_link(login, wiring):
    identity = f"person-{secrets.token_hex(8)}"
    a_participant(wiring, identity=identity, provider_id=login.provider.organisation_id)
    enrolled = login.exchange(login.subject_token(identity))
    nobody = login.exchange(login.subject_token("nobody"))
    assert enrolled.status_code == nobody.status_code == 400
    alike = [{**each.json, "request_id": ""} for each in (enrolled, nobody)]
    assert alike[0] == alike[1], "unlinked and unknown are told alike"


def test_the_person_links_by_an_own_login_and_unlinks(http, login, token_for, wiring, subject):
    person = a_participant(wiring)
    own = token_for("participant", tenant=person)
    body = {"assertion": login.subject_token(subject)}
    made = http.post("/v1/me/links", body, token=own)
    assert (made.status_code, made.json["linked_by"]) == (201, "person"), made.text
    assert http.post("/v1/me/links", body, token=own).status_code == 400, "used once"
    came_in = login.exchange(login.subject_token(subject)).json["access_token"]
    assert http.get("/v1/me", token=came_in).json["id"] == public("par", person)
    assert http.delete(f"/v1/me/links/{made.json['id']}", token=own).status_code == 204
    assert http.get("/v1/me", token=came_in).status_code == 401, "its tokens end"
    assert not opens(login, subject)
    [listed] = http.get("/v1/me/links", token=own).json["data"]
    assert listed["unlinked_at"] is not None
    assert listed["ended_because"] == "unlinked"


def test_the_person_sees_who_linked_and_when_the_word_was_used_last(
    http, login, linked, token_for, subject
):
    own = token_for("participant", tenant=linked)
    [before] = http.get("/v1/me/links", token=own).json["data"]
    assert (before["linked_by"], before["last_word_at"]) == ("provider", None)
    assert "Unlink it" in before["notice"]
    assert opens(login, subject)
    assert not opens(login, f"not-{subject}")
    [after] = http.get("/v1/me/links", token=own).json["data"]
    assert after["last_word_at"] >= before["linked_at"]
    headers = {"Accept-Language": "zh-CN"}
    [told] = http.get("/v1/me/links", token=own, headers=headers).json["data"]
    assert "服务方" in told["notice"]


def test_an_account_in_which_others_have_a_part_is_only_asked(http, login, token_for, wiring):
    """A number that went to somebody else does not open the old owner's account."""
    identity, subject = f"phone-{secrets.token_hex(8)}", f"user-{secrets.token_hex(8)}"
    person = a_participant(wiring, identity=identity)
    provider = token_for("provider", tenant=login.provider.organisation_id)
    body = {"identity": identity, "region": "CN-33", "subject": subject}
    answer = http.post("/v1/participants", body, token=provider)
    [asked] = answer.json["requests"]
    assert (answer.status_code, asked["kind"]) == (200, "link")
    assert not opens(login, subject)
    own = token_for("participant", tenant=person)
    http.post(f"/v1/me/requests/{asked['id']}/confirm", token=own)
    assert opens(login, subject)


def test_another_user_of_the_same_provider_does_not_open_a_linked_account(
    http, login, token_for, wiring, subject
):
    identity = f"phone-{secrets.token_hex(8)}"
    a_participant(
        wiring, identity=identity, provider_id=login.provider.organisation_id, subject=subject
    )
    newcomer = f"user-{secrets.token_hex(8)}"
    provider = token_for("provider", tenant=login.provider.organisation_id)
    body = {"identity": identity, "region": "CN-33", "subject": newcomer}
    answer = http.post("/v1/participants", body, token=provider)
    assert [each["kind"] for each in answer.json["requests"]] == ["link"]
    assert not opens(login, newcomer)
    stolen = {**body, "identity": f"other-{newcomer}", "subject": subject}
    taken = http.post("/v1/participants", stolen, token=provider)
    assert (taken.status_code, taken.json["code"]) == (409, "SUBJECT_TAKEN")


def test_an_assertion_is_good_once_also_at_the_same_instant(app, login, linked, subject):
    assertion = login.subject_token(subject)

    def exchange(_):
        body = {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "client_id": login.provider.client_id,
            "client_secret": login.provider.client_secret,
            "subject_token": assertion,
            "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        }
        return Http(app).post("/v1/auth/token", body).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(exchange, range(8)))
    assert sorted(answers) == [200] + [400] * 7


@pytest.mark.parametrize(
    "asked",
    [
        "POST /v1/me/consents", "GET /v1/me/export", "DELETE /v1/me", "POST /v1/me/links",
        "POST /v1/me/contributions", "GET /v1/me/contributions", "POST /v1/redemptions",
        "POST /v1/actions", "DELETE /v1/me/links/lnk_x", "POST /v1/me/requests/ask_x/confirm",
        "DELETE /v1/me/contributions/ctb_x",
    ],
)  # fmt: skip
def test_what_needs_the_person_needs_an_own_login(http, login, linked, subject, asked):
    token = login.exchange(login.subject_token(subject)).json["access_token"]
    method, path = asked.split()
    answer = http.send(method, path, {}, token=token, key="k")
    assert (answer.status_code, answer.json["code"]) == (403, "STEP_UP_REQUIRED"), answer.text


@pytest.mark.parametrize(
    "path", ["/v1/me", "/v1/me/points", "/v1/me/points/entries", "/v1/me/actions", "/v1/me/links"]
)
def test_the_account_is_read_and_a_code_is_shown(http, login, linked, subject, path):
    token = login.exchange(login.subject_token(subject)).json["access_token"]
    assert http.get(path, token=token).status_code == 200
    assert http.post("/v1/me/codes", token=token).status_code == 201


def test_only_the_own_providers_consents_are_withdrawn_by_its_word(
    http, login, token_for, linked, subject
):
    own = token_for("participant", tenant=linked)
    other = public("org", token_for.caller("provider").tenant_id)
    body = {"provider_id": other, "scene": "food", "text_version": "2026-01"}
    assert http.post("/v1/me/consents", body, token=own).status_code == 201
    token = login.exchange(login.subject_token(subject)).json["access_token"]
    for each in http.get("/v1/me/consents", token=own).json["data"]:
        answer = http.delete(f"/v1/me/consents/{each['id']}", token=token)
        assert answer.status_code == (404 if each["provider_id"] == other else 204)


def test_an_exchange_that_waits_while_the_person_unlinks_opens_nothing(
    login, wiring, linked, subject
):
    [link] = wiring.database.transact(
        read_links, viewer=Viewer("participant", linked), before=None, most=5
    )
    answer = while_held(
        wiring.database,
        lambda connection: unlink_provider(
            connection,
            linked,
            [link.link_id],
            access_lifetime=LONGEST_LIFETIME,
            clock=wiring.clock,
        ),
        partial(login.exchange, login.subject_token(subject)),
    )
    assert answer.status_code == 400
