"""People come in through registered apps, see by which one, and are out once it is revoked.

A token, a session and the renewals of a login name the app. Whoever revokes it comes before
somebody who comes in through it at that moment, who is refused, or after, and ends what was given.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.http.sessions import granted
from app.ids import new_id, parse, public
from app.store.database import Connection
from app.store.organisations.users import find_user
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.create_user import NewUser, create_user
from app.usecases.organisations.register_apps import NewApp, register_apps
from app.usecases.organisations.revoke_app import revoke_app
from app.usecases.organisations.start_login import LoginOrigin, start_login
from app.wiring import Wiring, wire
from behaviours.apps import AppTaken
from behaviours.client_terms import ClientTerms
from tests.app.organisations.test_token_exchange import Login
from tests.app.organisations.test_tokens import ASK, assert_ends_within_a_second, renew
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.identity_services import Service
from tests.builders.people import Http, Tokens, a_participant, an_address, an_organisation
from tests.builders.staff import Watch, a_name, accept
from tests.builders.standing import closed, lifted, staff, suspended
from tests.trust.test_children_have_guardians import a_number

WHY = {"reason": "A copy of it steals logins."}
SESSIONS = "/v1/me/sessions"
REVOKED = (401, "APP_REVOKED")


@pytest.fixture
def login(http: Http, wiring: Wiring, token_for: Tokens) -> Login:
    return Login(http, wiring, token_for("operator"))


def an_app(**told: str) -> dict[str, str]:
    named = {"name_zh": "湖滨地铁", "name_en": "Lakeside Metro"}
    return {"app_id": f"cn.example.m{secrets.token_hex(6)}", "platform": "ios", **named, **told}


def path_of(organisation_id: UUID, rest: str = "") -> str:
    return f"/v1/organisations/{public('org', organisation_id)}/apps{rest}"


def registered(http: Http, token: str, organisation_id: UUID, **told: str) -> dict[str, Any]:
    answer = http.post(path_of(organisation_id), an_app(**told), token=token)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


def somebody_of(http: Http, token: str, organisation_id: UUID, duty: str) -> str:
    """A token of a user of the organisation who came in by a link."""
    body = {"username": a_name(), "display_name": "陈洁", "duty": duty}
    users = f"/v1/organisations/{public('org', organisation_id)}/users"
    invited = http.post(users, body, token=token)
    assert invited.status_code == 201, invited.text
    return accept(http, invited.json["link"]["url"], Watch(), with_phone=False).token()


class Person:
    """Somebody with a login of their own, whom the provider of a login service knows, too."""

    def __init__(self, http: Http, wiring: Wiring, login: Login) -> None:
        self.http, self.login = http, login
        self.subject, self.username = f"sub-{secrets.token_hex(6)}", a_name("person")
        provider = login.provider.organisation_id
        self.id = a_participant(wiring, provider_id=provider, subject=self.subject)
        self.password = secrets.token_urlsafe(16)
        new = NewUser(self.username, self.password, "participant", self.id)
        self.users = wiring.database.transact(create_user, [new], now=wiring.clock.now())

    def come_in(self, **told: str) -> Any:
        grant = {"grant_type": "password", "username": self.username, "password": self.password}
        return self.http.post(ASK, {**grant, **told})

    def by_word(self, **told: str) -> Any:
        return self.login.exchange(self.login.subject_token(self.subject), **told)

    def sessions(self, token: str) -> list[tuple[str | None, bool]]:
        """Of each session: the English name of its app, and whether it is by a word."""
        found = self.http.get(SESSIONS, token=token)
        assert found.status_code == 200, found.text
        return [
            (each["app"] and each["app"]["name_en"], each["provider_id"] is not None)
            for each in found.json["data"]
        ]


@pytest.fixture
def person(http: Http, wiring: Wiring, login: Login) -> Person:
    return Person(http, wiring, login)


def test_what_an_app_opened_names_it_and_ends_with_it(
    http: Http, wiring: Wiring, login: Login, person: Person, token_for: Tokens
) -> None:
    other_process = wire(wiring.settings)
    elsewhere = Http(create_app(other_process))
    operator, provider = token_for("operator"), login.provider.organisation_id
    office = somebody_of(http, operator, provider, "administrator")
    app = registered(http, office, provider)
    assert (app["state"], app["platform"]) == ("registered", "ios")

    plain, own = person.come_in().json, person.come_in(app=app["id"]).json
    word = person.by_word(app=app["id"])
    assert word.status_code == 200, word.text
    renewed = renew(http, own["refresh_token"]).json
    tokens = [own["access_token"], renewed["access_token"], word.json["access_token"]]
    for each in tokens:
        assert person.sessions(each) == [
            ("Lakeside Metro", True),
            ("Lakeside Metro", False),
            (None, False),
        ]
        assert elsewhere.get(SESSIONS, token=each).status_code == 200

    revoke = path_of(provider, f"/{app['id']}/revoke")
    tried = http.post(f"{revoke}?dry_run=true", WHY, token=office)
    assert (tried.status_code, tried.json["state"]) == (200, "revoked")
    assert len(person.sessions(tokens[0])) == 3, "a dry run ends nothing"
    done = http.post(revoke, WHY, token=office)
    assert (done.status_code, done.json["reason"]) == (200, WHY["reason"])
    for each in tokens:
        refused = http.get(SESSIONS, token=each)
        assert refusal(refused) == REVOKED, "at once, where it was revoked"
        assert "湖滨地铁 (Lakeside Metro)" in refused.json["detail"]
        assert_ends_within_a_second(elsewhere, each)
    for again in (renew(http, renewed["refresh_token"]), person.come_in(app=app["id"]),
                  person.by_word(app=app["id"])):  # fmt: skip
        assert (again.status_code, again.json["error"]) == (400, "invalid_grant"), again.text
        assert "was revoked" in again.json["detail"]
    assert person.sessions(plain["access_token"]) == [(None, False)]
    assert refusal(http.post(revoke, WHY, token=operator)) == (409, "APP_REVOKED_BEFORE")
    [listed] = http.get(path_of(provider), token=office).json["data"]
    assert (listed["id"], listed["state"]) == (app["id"], "revoked")
    fresh = registered(http, operator, provider, app_id=app["app_id"])
    assert person.come_in(app=fresh["id"]).status_code == 200, "another registration, another app"
    other_process.close()


def test_an_app_opens_only_for_people_and_only_by_the_word_of_its_own_provider(
    http: Http, wiring: Wiring, login: Login, person: Person, token_for: Tokens
) -> None:
    operator = token_for("operator")
    other = registered(http, operator, an_organisation(wiring))
    by_another = person.by_word(app=other["id"])
    unknown = person.come_in(app=public("app", new_id()))
    for each in (by_another, unknown):
        assert (each.status_code, each.json["error"]) == (400, "invalid_grant")
        assert "No such app is registered" in each.json["detail"]
    name, password = a_name("operator"), secrets.token_urlsafe(16)
    wiring.database.transact(
        create_user, [NewUser(name, password, "operator")], now=wiring.clock.now()
    )
    grant = {"grant_type": "password", "username": name, "password": password}
    staffed = http.post(ASK, {**grant, "app": other["id"]})
    assert "who acts for an organisation or the programme does not" in staffed.json["detail"]
    assert http.post(ASK, grant).status_code == 200
    program = {
        "grant_type": "client_credentials",
        "client_id": login.provider.client_id,
        "client_secret": login.provider.client_secret,
    }
    assert http.post(ASK, program).status_code == 200
    assert http.post(ASK, {**program, "app": other["id"]}).json["error"] == "invalid_grant"
    odd = http.post(ASK, {**grant, "app": "cn.example.metro"})
    assert refusal(odd) == (422, "VALIDATION_FAILED")
    suspended(wiring, parse("org", other["organisation_id"]))
    stopped = person.come_in(app=other["id"])
    assert (stopped.status_code, stopped.json["error"]) == (400, "invalid_grant")
    lifted(wiring, parse("org", other["organisation_id"]))
    assert person.come_in(app=other["id"]).status_code == 200


def test_who_opens_an_account_in_an_app_is_logged_in_through_it(
    http: Http, wiring: Wiring, token_for: Tokens
) -> None:
    service = Service(http, token_for, wiring)
    app = registered(http, token_for("operator"), an_organisation(wiring), name_en="City wallet")
    shown = {"method": service.method, "region": "CN-33", "app": app["id"]}

    def opened() -> Any:
        body = {**shown, "token": service.document(a_number())}
        return http.post("/v1/me/enrolment", body, environ_overrides={"REMOTE_ADDR": an_address()})

    first = opened()
    assert first.status_code == 201, first.text
    [session] = http.get(SESSIONS, token=first.json["access_token"]).json["data"]
    assert (session["app"]["name_en"], session["provider_id"]) == ("City wallet", None)
    path = path_of(parse("org", app["organisation_id"]), f"/{app['id']}/revoke")
    assert http.post(path, WHY, token=token_for("operator")).status_code == 200
    assert refusal(http.get(SESSIONS, token=first.json["access_token"])) == REVOKED
    late = opened()
    assert late.status_code == 400
    assert "City wallet" in late.json["detail"]


def test_only_administrators_and_the_programme_register_and_revoke(
    http: Http, wiring: Wiring, token_for: Tokens
) -> None:
    own, operator = an_organisation(wiring, "merchant"), token_for("operator")
    member = somebody_of(http, operator, own, "member")
    program = token_for("merchant", tenant=own)
    stranger = somebody_of(http, operator, an_organisation(wiring, "merchant"), "administrator")
    path = path_of(own)
    app = registered(http, operator, own, platform="harmony")
    revoke = f"{path}/{app['id']}/revoke"
    for token, expected in (
        (member, (403, "NOT_ADMINISTRATOR")),
        (program, (403, "USERS_ONLY")),
        (stranger, (404, "NOT_FOUND")),
    ):
        assert refusal(http.post(path, an_app(), token=token)) == expected
        assert refusal(http.post(revoke, WHY, token=token)) == expected
    assert refusal(http.get(path, token=stranger)) == (404, "NOT_FOUND")
    assert len(http.get(path, token=member).json["data"]) == 1
    unfit = http.post(path, an_app(app_id="a b"), token=operator)
    assert refusal(unfit) == (422, "APP_ID_UNFIT")
    odd = http.post(path, an_app(platform="palm"), token=operator)
    assert refusal(odd) == (422, "VALIDATION_FAILED")
    taken = http.post(path, an_app(app_id=app["app_id"], platform="harmony"), token=operator)
    assert refusal(taken) == (409, "APP_TAKEN")
    other = http.post(path, an_app(app_id=app["app_id"], platform="android"), token=operator)
    assert other.status_code == 201, "another platform"
    assert http.post(revoke, WHY, token=token_for("authority")).status_code == 200
    unknown = http.post(f"{path}/{public('app', new_id())}/revoke", WHY, token=operator)
    assert refusal(unknown) == (404, "NOT_FOUND")
    suspended(wiring, own)
    stopped = http.post(path, an_app(), token=operator)
    assert refusal(stopped) == (409, "ORGANISATION_SUSPENDED")


def revoking(wiring: Wiring, app: dict[str, Any]) -> Callable[[Connection], Any]:
    """Revoke, in the transaction that this is given."""
    return partial(
        revoke_app,
        organisation_id=parse("org", app["organisation_id"]),
        app_id=parse("app", app["id"]),
        reason="x",
        by=staff(wiring, "operator"),
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
    )


def test_who_comes_in_while_the_app_is_revoked_is_refused(
    wiring: Wiring, http: Http, login: Login, person: Person, token_for: Tokens
) -> None:
    app = registered(http, token_for("operator"), login.provider.organisation_id)
    for come_in in (person.come_in, person.by_word):
        held = registered(http, token_for("operator"), login.provider.organisation_id)
        answer = while_held(
            wiring.database, revoking(wiring, held), partial(come_in, app=held["id"])
        )
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")
    refreshed = person.come_in(app=app["id"]).json["refresh_token"]
    answer = while_held(wiring.database, revoking(wiring, app), partial(renew, http, refreshed))
    assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_what_is_given_before_the_revocation_ends_with_it(
    wiring: Wiring, http: Http, login: Login, person: Person, token_for: Tokens
) -> None:
    made = registered(http, token_for("operator"), login.provider.organisation_id)
    begun: list[Any] = []
    [created] = person.users

    def coming_in(connection: Connection) -> None:
        user = find_user(connection, created.user_id)
        assert user is not None
        origin = LoginOrigin("192.0.2.1", None, app_id=parse("app", made["id"]))
        terms = wiring.programme.sessions
        begun.append(start_login(connection, user, origin=origin, terms=terms, clock=wiring.clock))

    while_held(wiring.database, coming_in, lambda: wiring.database.transact(revoking(wiring, made)))
    with http.app.app_context():
        token = granted(begun[0]).access_token
    assert refusal(http.get(SESSIONS, token=token)) == REVOKED
    assert renew(http, begun[0].refresh_token).json["error"] == "invalid_grant"


def test_two_who_register_one_app_at_once_register_it_once(wiring: Wiring) -> None:
    store_id, by = f"cn.m{secrets.token_hex(6)}", staff(wiring, "operator")

    def registering(organisation_id: UUID) -> Any:
        try:
            return wiring.database.transact(
                register_apps,
                [NewApp(organisation_id, "android", store_id, "甲", "A")],
                by=by,
                limits=ClientTerms(),
                clock=wiring.clock,
            )
        except AppTaken as taken:
            return taken

    whose = [an_organisation(wiring, "merchant") for _ in range(4)]
    answers = at_once([partial(registering, each) for each in whose])
    assert sum(not isinstance(each, AppTaken) for each in answers) == 1


def test_apps_end_with_their_organisation(
    wiring: Wiring, http: Http, person: Person, token_for: Tokens
) -> None:
    own = an_organisation(wiring, "merchant")
    app = registered(http, token_for("operator"), own)
    token = person.come_in(app=app["id"]).json["access_token"]
    assert person.sessions(token)
    done = closed(wiring, own)
    assert done.revoked[-1] == f"app:{parse('app', app['id']).hex}"
    assert_ends_within_a_second(http, token)
    again = person.come_in(app=app["id"])
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
