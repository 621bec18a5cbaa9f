"""Staff comes in by an OpenID provider: a real one answers; what it says wrong is refused."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from joserfc.jwk import RSAKey
from werkzeug.test import TestResponse

from app.factory import create_app
from app.openid.providers import OpenidProviders
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.openid import (
    CALLBACK,
    IdProvider,
    SignedIn,
    an_id_provider,
    public_key_as_secret,
)
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.staff import TOKEN, Office, Staff, a_name, accept, phone_of, reason, shown_by

PROVIDERS, LOGINS = "/v1/openid-providers", "/v1/openid-logins"
ME = "/v1/users/me"
BAD = (400, "INVALID_GRANT")


@pytest.fixture
def live(live: Wiring) -> Wiring:
    """Live mode in all but this: a provider may be reached on this machine, without TLS."""
    return replace(live, openid=OpenidProviders(open_net_only=False))


@pytest.fixture
def idp(watch) -> Iterator[IdProvider]:
    with an_id_provider(watch) as provider:
        yield provider


@dataclass
class Desk:
    """An office with a provider that is registered for one organisation, None: the programme."""

    office: Office
    idp: IdProvider
    provider_id: str
    organisation_id: str | None = None

    @property
    def http(self) -> Http:
        return self.office.http

    def begin(self, **body: str) -> dict[str, Any]:
        answer = self.http.post(LOGINS, {"openid_provider_id": self.provider_id, **body})
        assert answer.status_code == 201, answer.text
        return answer.json

    def redeem(self, begun: dict[str, Any], **told: str) -> TestResponse:
        """Ask for tokens with what was told, by the program that began the login."""
        return self.http.post(
            TOKEN,
            {
                "grant_type": "authorization_code",
                "state": begun["state"],
                "login_secret": begun["login_secret"],
                **told,
            },
        )

    def come_in(self, **body: str) -> TestResponse:
        """Go to the provider and come back."""
        code = body.pop("one_time_code", None)
        begun = self.begin(**body)
        back = self.idp.comes_in(begun["authorization_url"])
        assert back.pop("state") == begun["state"]
        return self.redeem(begun, **back, **({"one_time_code": code} if code else {}))

    def invite(self) -> tuple[str, str]:
        """Somebody who is to come in: their id, and the link's own part of the address."""
        if self.organisation_id is None:
            user_id, url = self.office.invite("operator")
        else:
            body = {"username": a_name(), "display_name": "Chen Jie", "duty": "administrator"}
            path = f"/v1/organisations/{self.organisation_id}/users"
            answer = self.http.post(path, body, token=self.office.operator)
            user_id, url = answer.json["id"], answer.json["link"]["url"]
        return user_id, url.rpartition("/")[2]

    def join(self, sub: str) -> str:
        """Somebody who joined by the provider, which is believed about their second factor."""
        user_id, link = self.invite()
        self.idp.somebody = SignedIn(sub, amr=["pwd", "mfa"])
        answer = self.come_in(link=link)
        assert answer.status_code == 200, answer.text
        return user_id


def a_registration(idp: IdProvider, **told: object) -> dict[str, object]:
    return {
        "name": "省厅统一认证",
        "issuer": idp.base,
        "client_id": idp.client_id,
        "client_secret": idp.client_secret,
        "redirect_uri": CALLBACK,
        "trusted_amr": ["mfa"],
        "trusted_acr": ["urn:two"],
        **told,
    }


def registered(office: Office, idp: IdProvider, **told: object) -> str:
    made = office.http.post(PROVIDERS, a_registration(idp, **told), token=office.operator)
    assert (made.status_code, made.json["awaiting"]) == (202, ["authority"]), made.text
    path = f"{PROVIDERS}/{made.json['id']}/approve"
    signed = office.http.post(path, token=office.authority)
    assert (signed.status_code, signed.json["state"]) == (200, "active"), signed.text
    return made.json["id"]


@pytest.fixture
def desk(office, idp) -> Desk:
    return Desk(office, idp, registered(office, idp))


def test_somebody_joins_by_a_provider_and_comes_in_again_without_a_password(desk, live):
    user_id = desk.join("li-wei")
    again = desk.come_in()
    assert (again.status_code, again.json["scope"]) == (200, "operator")
    seen = desk.http.get(ME, token=again.json["access_token"]).json
    assert (seen["id"], seen["second_factor"]) == (user_id, False)
    assert seen["openid_providers"] == [desk.provider_id]
    own = desk.http.get(f"{ME}/sessions", token=again.json["access_token"]).json["data"]
    assert {each["openid_provider_id"] for each in own} == {desk.provider_id}
    # Nothing fits the password that they do not have.
    for password in ("x", "None", "correct horse battery staple"):
        grant = {"grant_type": "password", "username": seen["username"], "password": password}
        assert refusal(desk.http.post(TOKEN, grant)) == BAD
    with live.database.engine.connect() as connection:
        kept = str(
            connection.exec_driver_sql(
                "select to_jsonb(p)::text, to_jsonb(i)::text from openid_provider p"
                "  join openid_identity i using (provider_id) where user_id = %s",
                (UUID(user_id.removeprefix("usr_")),),
            ).all()
        )
    for secret in ("li-wei", desk.idp.client_secret):
        assert secret not in kept
        assert secret.encode().hex() not in kept


def test_without_a_second_factor_that_is_believed_ours_is_asked_for(desk, office, watch):
    desk.idp.somebody = SignedIn("wang-fang", amr=["pwd"])
    _, link = desk.invite()
    phone = phone_of(office.http, f"/v1/one-time-links/{link}")
    begun = desk.begin(link=link)
    back = desk.idp.comes_in(begun["authorization_url"])
    assert refusal(desk.redeem(begun, **back)) == (400, "SECOND_FACTOR_REQUIRED")
    # The provider is not asked a second time: what is missing is sent alone.
    assert refusal(desk.redeem(begun, **back)) == BAD
    assert refusal(desk.redeem(begun, one_time_code="000000")) == (400, "WRONG_CODE")
    joined = desk.redeem(begun, one_time_code=shown_by(phone, watch))
    assert (joined.status_code, len(joined.json["recovery_codes"])) == (200, 10), joined.text

    watch.wait(minutes=1)
    assert refusal(desk.come_in()) == (400, "SECOND_FACTOR_REQUIRED")
    assert refusal(desk.come_in(one_time_code="000000")) == (400, "WRONG_CODE")
    assert desk.come_in(one_time_code=shown_by(phone, watch)).status_code == 200
    assert desk.come_in(one_time_code=joined.json["recovery_codes"][0]).status_code == 200
    # A level that two people signed for is believed, too, and nothing that only looks like it.
    desk.idp.somebody.acr = "urn:two"
    assert desk.come_in().status_code == 200
    for acr, amr in (("urn:two ", None), (None, ["MFA"]), ("0", []), (None, None)):
        desk.idp.somebody = SignedIn("wang-fang", amr=amr, acr=acr)
        assert refusal(desk.come_in()) == (400, "SECOND_FACTOR_REQUIRED"), (acr, amr)


def test_who_is_logged_in_links_themselves_with_a_code(desk, office, watch):
    user_id, new = office.hire()
    desk.idp.somebody = SignedIn("zhao-min", amr=["mfa"])
    assert refusal(desk.come_in()) == BAD, "nobody is linked yet"
    token, path = new.token(), f"{ME}/openid-logins"
    body = {"openid_provider_id": desk.provider_id}
    assert refusal(office.http.post(path, body, token=token)) == (400, "SECOND_FACTOR_REQUIRED")
    wrong = office.http.post(path, {**body, "code": "000000"}, token=token)
    assert refusal(wrong) == (400, "WRONG_CODE")
    begun = office.http.post(path, {**body, "code": new.fresh_code()}, token=token)
    assert begun.status_code == 201, begun.text
    back = desk.idp.comes_in(begun.json["authorization_url"])
    assert desk.redeem(begun.json, **back).status_code == 200
    again = desk.come_in()
    assert office.http.get(ME, token=again.json["access_token"]).json["id"] == user_id
    assert new.log_in(), "the password goes on"

    # Neither has two: not this user a second subject, nor this subject a second user.
    def linked(staff: Staff, sub: str) -> TestResponse:
        desk.idp.somebody = SignedIn(sub, amr=["mfa"])
        token = staff.token()
        told = {**body, "code": staff.fresh_code()}
        begun = office.http.post(path, told, token=token).json
        return desk.redeem(begun, **desk.idp.comes_in(begun["authorization_url"]))

    _, other = office.hire()
    for staff, sub in ((new, "another"), (other, "zhao-min")):
        answer = linked(staff, sub)
        assert refusal(answer) == BAD
        assert "linked to another" in answer.json["detail"]
    assert linked(other, "another").status_code == 200


HOSTILE = {
    "another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "issuer with a stroke": lambda claims: {**claims, "iss": claims["iss"] + "/"},
    "another audience": lambda claims: {**claims, "aud": "somebody-else"},
    "no audience": lambda claims: {k: v for k, v in claims.items() if k != "aud"},
    "many audiences, of nobody": lambda claims: {**claims, "aud": ["tanpuhui", "else"]},
    "many audiences, of another": lambda claims: {
        **claims, "aud": ["tanpuhui", "else"], "azp": "else",
    },
    "another nonce": lambda claims: {**claims, "nonce": "n-0S6_WzA2Mj"},
    "no nonce": lambda claims: {k: v for k, v in claims.items() if k != "nonce"},
    "expired": lambda claims: {**claims, "exp": claims["iat"] - 61, "iat": claims["iat"] - 120},
    "no expiry": lambda claims: {k: v for k, v in claims.items() if k != "exp"},
    "made tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 120},
    "made long ago": lambda claims: {**claims, "iat": claims["iat"] - 700},
    "not yet good": lambda claims: {**claims, "nbf": claims["iat"] + 120},
    "no subject": lambda claims: {k: v for k, v in claims.items() if k != "sub"},
    "empty subject": lambda claims: {**claims, "sub": ""},
    "subject of another type": lambda claims: {**claims, "sub": 1},
    "of another access token": lambda claims: {**claims, "at_hash": "77QmUPtjPfzWtF2AnpK9RQ"},
    "times as text": lambda claims: {**claims, "exp": str(claims["exp"])},
}  # fmt: skip


@pytest.mark.parametrize("wrong", HOSTILE)
def test_a_token_that_says_something_else_is_refused(desk, wrong):
    desk.join("li-wei")
    desk.idp.claims = HOSTILE[wrong]
    answer = desk.come_in()
    assert refusal(answer) == BAD, wrong
    assert "does not prove" in answer.json["detail"]
    desk.idp.claims = lambda claims: claims
    assert desk.come_in().status_code == 200


def test_clocks_may_differ_by_a_minute(desk):
    desk.join("li-wei")
    for shift in (-50, 50):
        desk.idp.claims = lambda claims, shift=shift: {
            **claims, "iat": claims["iat"] + shift, "nbf": claims["iat"] + shift,
            "exp": claims["iat"] - 50,
        }  # fmt: skip
        assert desk.come_in().status_code == 200, shift


def unsigned(idp: IdProvider) -> None:
    idp.algorithm = "none"


def a_secret_of_ours(idp: IdProvider) -> None:
    idp.secret, idp.algorithm = idp.client_secret.encode(), "HS256"


def a_key_that_it_never_published(idp: IdProvider) -> None:
    kid = idp.sign_by.as_dict()["kid"]
    idp.sign_by = RSAKey.generate_key(2048, {"kid": kid})


def a_key_that_comes_along(idp: IdProvider) -> None:
    key = RSAKey.generate_key(2048, {"kid": "own"})
    idp.sign_by, idp.header = key, {"jwk": key.as_dict(private=False)}


def a_weak_key(idp: IdProvider) -> None:
    key = RSAKey.generate_key(1024, {"kid": "weak"})
    idp.keys, idp.sign_by = [key], key


def another_algorithm_than_allowed(idp: IdProvider) -> None:
    idp.algorithm = "RS384"


SIGNED_WRONG = (
    unsigned, a_secret_of_ours, public_key_as_secret, a_key_that_it_never_published,
    a_key_that_comes_along, a_weak_key, another_algorithm_than_allowed,
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:Key size should be")
@pytest.mark.parametrize("sign", SIGNED_WRONG, ids=lambda sign: sign.__name__)
def test_a_token_that_its_key_did_not_sign_is_refused(desk, sign):
    desk.join("li-wei")
    assert desk.come_in().status_code == 200
    sign(desk.idp)
    assert refusal(desk.come_in()) == BAD


@pytest.mark.parametrize(
    "kind",
    [
        *("RSA", "EC", "Ed25519"),
        # Its older name, which the library warns of and providers still use.
        pytest.param("EdDSA", marks=pytest.mark.filterwarnings("ignore:EdDSA")),
    ],
)
def test_a_provider_may_change_its_keys_at_any_moment(desk, kind):
    desk.join("li-wei")
    desk.idp.rotate(kind)
    assert desk.come_in().status_code == 200
    # The old one is good no more, and tokens that name unknown keys do not make us ask for ever.
    read = desk.idp.asked.count("/jwks")
    for _ in range(3):
        kept = desk.idp.sign_by
        desk.idp.sign_by = RSAKey.generate_key(2048, {"kid": "unknown"})
        desk.idp.algorithm = "RS256"
        assert refusal(desk.come_in()) == BAD
        desk.idp.sign_by = kept
    assert desk.idp.asked.count("/jwks") == read


def test_what_came_back_is_good_once_and_for_who_began(desk, watch):
    desk.join("li-wei")
    begun = desk.begin()
    back = desk.idp.comes_in(begun["authorization_url"])
    for foreign in ("ols_somebody-else", desk.begin()["login_secret"]):
        assert refusal(desk.redeem({**begun, "login_secret": foreign}, **back)) == BAD
    for forged in ("ost_x", desk.begin()["state"]):
        told = {**back, "state": forged}
        assert refusal(desk.redeem(begun, **told)) == BAD
    assert desk.redeem(begun, **back).status_code == 200
    assert refusal(desk.redeem(begun, **back)) == BAD, "the same again"
    assert refusal(desk.redeem(begun)) == BAD, "and without the code"
    # A used code with a fresh state is a code of another login: PKCE and the provider refuse it.
    other = desk.begin()
    stolen = {**desk.idp.comes_in(begun["authorization_url"]), "state": other["state"]}
    assert refusal(desk.redeem(other, **stolen)) == BAD
    late = desk.begin()
    back = desk.idp.comes_in(late["authorization_url"])
    watch.wait(minutes=10)
    assert refusal(desk.redeem(late, **back)) == BAD


def test_of_many_who_come_back_with_one_code_one_comes_in(desk, live):
    desk.join("li-wei")
    begun = desk.begin()
    back = desk.idp.comes_in(begun["authorization_url"])
    app = create_app(live)

    def redeem(_: int) -> int:
        here = replace(desk, office=replace(desk.office, http=Http(app)))
        return here.redeem(begun, **back).status_code

    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(redeem, range(5))) == [200, 400, 400, 400, 400]


def test_an_answer_of_one_provider_is_not_shown_to_another(desk, office, watch):
    desk.join("li-wei")
    with an_id_provider(watch) as evil:
        other = Desk(office, evil, registered(office, evil))
        evil.somebody = SignedIn("li-wei", amr=["mfa"])
        assert refusal(other.come_in()) == BAD, "the same subject of another provider is nobody"
        # The person believes to be at the honest one, whose code the other one wants to see.
        begun = other.begin()
        url = begun["authorization_url"].replace(evil.base, desk.idp.base)
        back = desk.idp.comes_in(url)
        asked = evil.asked.count("/token")
        assert refusal(other.redeem(begun, **back)) == BAD
        # Likewise without `iss`, where the provider says that it always sends it.
        begun = other.begin()
        back = evil.comes_in(begun["authorization_url"])
        del back["iss"]
        assert refusal(other.redeem(begun, **back)) == BAD
        assert evil.asked.count("/token") == asked
        # A provider that names itself by another's name was not registered so.
        evil.document = {"issuer": desk.idp.base}
        fresh = create_app(
            replace(other_wiring(office), openid=OpenidProviders(open_net_only=False))
        )
        body = {"openid_provider_id": other.provider_id}
        assert refusal(Http(fresh).post(LOGINS, body)) == (503, "OPENID_PROVIDER_UNREACHABLE")


def other_wiring(office: Office) -> Wiring:
    """The wiring of the office's application."""
    return office.app.extensions["tanpuhui"]


def test_a_provider_without_iss_in_its_answers_is_taken_as_it_is(desk, office, watch):
    with an_id_provider(watch) as plain:
        plain.says_issuer = False
        other = Desk(office, plain, registered(office, plain, client_secret=None))
        plain.client_secret = None
        other.join("li-wei")
        assert other.come_in().status_code == 200


def test_who_has_ended_does_not_come_in_and_their_subject_is_free(desk, office, live_app, live):
    user_id = desk.join("li-wei")
    session = desk.come_in().json
    begun = desk.begin()
    back = desk.idp.comes_in(begun["authorization_url"])
    path = f"/v1/users/{user_id}/end"
    for token in (office.operator, office.authority):
        ended = office.http.post(path, reason("Left."), token=token)
    assert (ended.status_code, ended.json["state"]) == (200, "ended"), ended.text
    assert refusal(desk.redeem(begun, **back)) == BAD, "ended meanwhile"
    assert refusal(desk.http.get(ME, token=session["access_token"])) == (401, "TOKEN_REVOKED")
    assert refusal(desk.come_in()) == BAD
    again = desk.join("li-wei")
    assert again != user_id


def test_one_organisations_provider_opens_nothing_of_another(office, idp, live, watch):
    one, two = (f"org_{an_organisation(live, 'merchant').hex}" for _ in range(2))
    first = Desk(office, idp, registered(office, idp, organisation_id=one), one)
    first.join("chen-jie")
    assert first.come_in().json["scope"] == "merchant"
    # The same issuer, registered for another organisation and for the programme: other doors.
    second = Desk(office, idp, registered(office, idp, organisation_id=two), two)
    programme = Desk(office, idp, registered(office, idp))
    for other in (second, programme):
        assert refusal(other.come_in()) == BAD
        _, link = first.invite()
        body = {"openid_provider_id": other.provider_id, "link": link}
        assert refusal(other.http.post(LOGINS, body)) == (404, "NOT_FOUND")
    _, operator = office.hire()
    body = {"openid_provider_id": first.provider_id, "code": operator.fresh_code()}
    own = office.http.post(f"{ME}/openid-logins", body, token=operator.token())
    assert refusal(own) == (404, "NOT_FOUND")
    # Nobody outside learns of it, and nobody but its own administrator ends it.
    second.join("lin-tao")
    foreign = second.come_in().json["access_token"]
    listed = office.http.get(PROVIDERS, token=foreign).json["data"]
    assert [each["id"] for each in listed] == [second.provider_id]
    path = f"{PROVIDERS}/{first.provider_id}/end"
    assert refusal(office.http.post(path, reason(), token=foreign)) == (404, "NOT_FOUND")


def test_an_administrator_proposes_and_two_of_the_programme_sign(office, idp, live, live_app):
    organisation = f"org_{an_organisation(live, 'provider').hex}"
    users = f"/v1/organisations/{organisation}/users"
    staff = {}
    for duty in ("administrator", "member"):
        body = {"username": a_name(), "display_name": "Chen Jie", "duty": duty}
        url = office.http.post(users, body, token=office.operator).json["link"]["url"]
        staff[duty] = accept(office.http, url, office.watch).token()
    body = a_registration(idp, organisation_id=organisation)
    refused = office.http.post(PROVIDERS, body, token=staff["member"])
    assert refusal(refused) == (403, "NOT_ADMINISTRATOR")
    for_all = office.http.post(PROVIDERS, a_registration(idp), token=staff["administrator"])
    assert refusal(for_all) == (403, "NOT_ADMINISTRATOR")
    made = office.http.post(PROVIDERS, body, token=staff["administrator"])
    assert (made.status_code, made.json["awaiting"]) == (202, ["authority", "operator"])
    assert "secret" not in made.text
    provider_id = made.json["id"]
    again = office.http.post(PROVIDERS, body, token=staff["administrator"])
    assert refusal(again) == (409, "OPENID_PROVIDER_TAKEN")
    login = {"openid_provider_id": provider_id}
    assert refusal(office.http.post(LOGINS, login)) == (404, "NOT_FOUND"), "nobody has signed"
    path = f"{PROVIDERS}/{provider_id}/approve"
    own = office.http.post(path, token=staff["administrator"])
    assert refusal(own) == (403, "ROLE_NOT_ALLOWED")
    first = office.http.post(path, token=office.operator)
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    twice = office.http.post(path, token=Tokens(live_app, live)("operator"))
    assert (twice.status_code, twice.json["awaiting"]) == (202, ["authority"])
    assert office.http.post(path, token=office.authority).json["state"] == "active"
    assert office.http.post(LOGINS, login).status_code == 201


def test_when_a_provider_ends_so_do_its_sessions_and_logins_on_their_way(desk, office):
    desk.join("li-wei")
    session, begun = desk.come_in().json, desk.begin()
    proven = desk.begin()
    back = desk.idp.comes_in(begun["authorization_url"])
    desk.idp.somebody.amr = []
    half = desk.redeem(proven, **desk.idp.comes_in(proven["authorization_url"]))
    assert refusal(half) == (400, "SECOND_FACTOR_REQUIRED")
    _, other = office.hire()
    untouched = other.token()
    path = f"{PROVIDERS}/{desk.provider_id}/end"
    ended = office.http.post(path, reason("Broken into."), token=office.operator)
    assert (ended.status_code, ended.json["state"]) == (200, "ended")
    assert refusal(desk.http.get(ME, token=session["access_token"])) == (401, "TOKEN_REVOKED")
    renewal = {"grant_type": "refresh_token", "refresh_token": session["refresh_token"]}
    assert refusal(desk.http.post(TOKEN, renewal)) == BAD
    assert refusal(desk.redeem(begun, **back)) == BAD
    assert refusal(desk.redeem(proven, one_time_code="000000")) == BAD
    assert desk.http.get(ME, token=untouched).status_code == 200
    again = office.http.post(path, reason(), token=office.operator)
    assert refusal(again) == (409, "OPENID_PROVIDER_MOVED")


@pytest.mark.parametrize(("member", "value"), [
    ("issuer", "http://login.example.cn"),
    ("issuer", "https://login.example.cn?x=1"),
    ("issuer", "https://user:pass@login.example.cn"),
    ("issuer", "https://login.example.cn#top"),
    ("issuer", "https:///path"),
    ("issuer", "ftp://login.example.cn"),
    ("redirect_uri", "http://tanpuhui.example.cn/login/callback"),
    ("redirect_uri", "https://tanpuhui.example.cn/elsewhere"),
    ("redirect_uri", "https://tanpuhui.example.cn/login/callback?x=1"),
])  # fmt: skip
def test_an_address_that_is_none_is_not_registered(wiring, watch, idp, member, value):
    live = replace(
        wiring,
        settings=replace(wiring.settings, mode="live"),
        openid=OpenidProviders(open_net_only=True),
        clock=watch,
    )
    app = create_app(live)
    token = Tokens(app, live)("operator")
    body = a_registration(idp, **{"issuer": "https://login.example.cn", member: value})
    answer = Http(app).post(PROVIDERS, body, token=token)
    assert refusal(answer) == (422, "OPENID_ADDRESS_UNFIT"), answer.text


def slow(handler) -> None:
    """A byte now and then: for longer than anybody waits."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        try:
            handler.wfile.write(b" ")
        except OSError:
            return
        time.sleep(0.1)


def endless(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b'{"issuer": "' + b"x" * 300_000 + b'"}')


def elsewhere(handler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:1/")
    handler.end_headers()


def broken(handler) -> None:
    handler.send_json(500, {})


def no_json(handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    handler.wfile.write(b"<html>")


def another_shape(handler) -> None:
    handler.send_json(200, {"issuer": handler.served.base, "token_endpoint": "/token"})


@pytest.mark.parametrize(
    "answer",
    [slow, endless, elsewhere, broken, no_json, another_shape],
    ids=lambda each: each.__name__,
)
def test_a_provider_that_answers_otherwise_is_not_waited_for(desk, answer, monkeypatch):
    monkeypatch.setattr("app.openid.fetching.WHOLE_S", 0.5)
    desk.idp.answer["/.well-known/openid-configuration"] = answer
    refused = desk.http.post(LOGINS, {"openid_provider_id": desk.provider_id})
    assert refusal(refused) == (503, "OPENID_PROVIDER_UNREACHABLE")
    assert int(refused.headers["Retry-After"]) > 0
