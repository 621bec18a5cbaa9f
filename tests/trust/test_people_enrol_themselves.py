"""Somebody opens an account by the word of an identity service, which two people let in."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.factory import create_app
from app.ids import parse, public
from app.key_sets import KeySets
from app.secrecy.identities import identity_digests
from app.tokens import real_now
from behaviours.identity_services import OIDC, SERVICE, TICKET, UNSIGNED
from tests.builders.answers import refusal
from tests.builders.identity_services import KEYS, RSA, Service, published
from tests.builders.people import Http, a_participant, an_organisation

pytestmark = pytest.mark.usefixtures("one_minute")

NOT_PROVEN = (400, "IDENTITY_NOT_PROVEN")


def a_number() -> str:
    return f"number-{secrets.token_hex(9)}"


@pytest.fixture
def make(http, token_for, wiring):
    return lambda **terms: Service(http, token_for, wiring, **terms)


@pytest.fixture
def service(make):
    return make()


@pytest.mark.parametrize("method", [OIDC, TICKET, UNSIGNED])
def test_the_same_identity_is_the_same_account_and_the_login_is_the_persons_own(http, make, method):
    service, number = make(method=method), a_number()
    opened = service.shown(service.document(number))
    assert opened.status_code == 201, opened.text
    back = service.shown(service.document(f" {number} "))
    assert (back.status_code, back.json["id"]) == (200, opened.json["id"])
    own = opened.json["access_token"]
    assert http.get("/v1/me", token=own).json["id"] == opened.json["id"]
    # Not by a provider's word: what needs the person is open.
    assert http.get("/v1/me/export", token=own).status_code == 200
    renewed = http.post(
        "/v1/auth/token",
        {"grant_type": "refresh_token", "refresh_token": opened.json["refresh_token"]},
    )
    assert renewed.status_code == 200
    assert http.delete("/v1/me", token=own).status_code == 200
    anew = service.shown(service.document(number))
    assert anew.status_code == 201
    assert anew.json["id"] != opened.json["id"]


def test_whom_a_provider_enrolled_comes_to_the_same_account(service, wiring, token_for, http):
    number = a_number()
    person = a_participant(wiring, identity=number)
    came = service.shown(service.document(number))
    assert (came.status_code, came.json["id"]) == (200, public("par", person))
    provider = token_for("provider")
    body = {"identity": number, "region": "CN-33"}
    assert http.post("/v1/participants", body, token=provider).json["id"] == came.json["id"]


def test_a_service_that_hashes_itself_names_the_same_account(make, wiring):
    number = a_number()
    person = a_participant(wiring, identity=number)
    digest, *_ = identity_digests(number, wiring.settings.identity_key)
    service = make(identity_claim="identity_digest")
    came = service.shown(service.document(None, identity_digest=digest.hex()))
    assert came.json["id"] == public("par", person)
    for wrong in ("", "00", "zz" * 32, 5):
        assert refusal(service.shown(service.document(None, identity_digest=wrong))) == NOT_PROVEN


def test_the_same_subject_of_two_services_is_two_people(make):
    one, other = (make(identity_claim="sub") for _ in range(2))
    ids = {each.shown(each.document(None)).json["id"] for each in (one, other)}
    assert len(ids) == 2


def test_a_phone_number_counts_only_where_it_was_verified(make):
    service, number = make(identity_claim="phone_number"), a_number()
    for claims in ({}, {"phone_number_verified": "true"}, {"phone_number_verified": False}):
        document = service.document(None, phone_number=number, **claims)
        assert refusal(service.shown(document)) == NOT_PROVEN
    document = service.document(None, phone_number=number, phone_number_verified=True)
    assert service.shown(document).status_code == 201


@pytest.mark.parametrize("algorithm", KEYS)
def test_every_kind_of_key_checks(make, algorithm):
    service = make(algorithm=algorithm)
    assert service.shown(service.document(a_number())).status_code == 201


OTHER_KEY = Ed25519PrivateKey.generate()
FAULTS = {
    "another key": {"key": OTHER_KEY},
    "another audience": {"aud": "somebody"},
    "no audience": {"drop": ("aud",)},
    "over": {"exp": 1},
    "too long": {"exp": real_now() + timedelta(hours=2)},
    "without an end": {"drop": ("exp",)},
    "another issuer": {"iss": "https://other.example"},
    "no issuer": {"drop": ("iss",)},
    "an issuer that no database can hold": {"iss": "a\x00b"},
    "nobody": {"drop": ("id_number",)},
    "an empty number": {"id_number": ""},
    "a number that is none": {"id_number": 5},
    "no jti": {"drop": ("jti",)},
    "an empty jti": {"jti": ""},
    "a key with another name": {"headers": {"kid": "k2"}},
    "what has to be understood": {"headers": {"crit": ["b64"], "b64": True}},
    "not yet": {"nbf": real_now() + timedelta(days=1)},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_is_wrong_the_answer_is_the_same(service, fault):
    good = service.shown(service.document(a_number()))
    assert good.status_code == 201
    answer = service.shown(service.document(a_number(), **FAULTS[fault]))
    nonsense = service.shown("a.b.c")
    told = [{**each.json, "request_id": ""} for each in (answer, nonsense)]
    assert refusal(answer) == NOT_PROVEN
    assert told[0] == told[1]


def test_the_algorithm_is_decided_by_the_key(make):
    service = make(algorithm="RS256")
    public_key = published("RS256")["n"].encode()
    for forged in (
        service.document(a_number(), key=public_key, algorithm="HS256"),
        service.document(a_number(), algorithm="none"),
        service.document(a_number(), key=KEYS["EdDSA"][0], algorithm="EdDSA"),
    ):
        assert refusal(service.shown(forged)) == NOT_PROVEN
    bound = make(algorithm="RS256", keys={"keys": [published("RS256", alg="RS256")]})
    other = bound.document(a_number(), key=RSA, algorithm="PS256")
    assert refusal(bound.shown(other)) == NOT_PROVEN


def test_a_document_is_good_once_also_at_the_same_instant(app, service):
    document = service.document(a_number())

    def enrol(_):
        return Service.shown(_as(service, Http(app)), document).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(enrol, range(6)))
    assert answers == [201] + [400] * 5


def _as(service, http):
    other = object.__new__(Service)
    other.__dict__.update({**vars(service), "http": http})
    return other


def test_two_documents_of_one_person_at_the_same_instant_are_one_account(app, service):
    number = a_number()
    documents = [service.document(number) for _ in range(6)]

    def enrol(document):
        return Service.shown(_as(service, Http(app)), document)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(enrol, documents))
    assert sorted(each.status_code for each in answers) == [200] * 5 + [201]
    assert len({each.json["id"] for each in answers}) == 1


def test_an_id_token_repeats_a_nonce_of_ours_and_uses_it_up(make):
    service, nonce = make(method=OIDC), make(method=OIDC).nonce()
    assert service.shown(service.document(a_number(), nonce=nonce)).status_code == 201
    again = service.document(a_number(), nonce=nonce)
    assert refusal(service.shown(again)) == NOT_PROVEN
    for made_up in ("", "x", nonce[:-2] + "AA", "A" * len(nonce), "é" * 20, 5):
        assert refusal(service.shown(service.document(a_number(), nonce=made_up))) == NOT_PROVEN
    without = service.document(a_number(), drop=("nonce",))
    assert refusal(service.shown(without)) == NOT_PROVEN


def test_an_id_token_for_several_is_for_whom_it_was_authorised(make):
    service = make(method=OIDC)
    for claims, status in (
        ({"aud": ["us", "them"]}, 400),
        ({"aud": ["us", "them"], "azp": "them"}, 400),
        ({"aud": ["us", "them"], "azp": "us"}, 201),
        ({"azp": "them"}, 400),
        ({"aud": ["us"]}, 201),
    ):
        assert service.shown(service.document(a_number(), **claims)).status_code == status


def test_a_document_is_read_as_what_its_service_is(make):
    ticket = make()
    assert refusal(ticket.shown(ticket.document(a_number()), method=OIDC)) == NOT_PROVEN
    assert refusal(ticket.shown(ticket.document(a_number()), method=UNSIGNED)) == NOT_PROVEN
    unsigned = make(method=UNSIGNED)
    assert refusal(unsigned.shown(unsigned.document(a_number()), method=TICKET)) == NOT_PROVEN


def test_nothing_unsigned_is_read_in_live_mode(make, wiring):
    service = make(method=UNSIGNED)
    live = replace(wiring, settings=replace(wiring.settings, mode="live"))
    elsewhere = _as(service, Http(create_app(live)))
    assert refusal(Service.shown(elsewhere, service.document(a_number()))) == NOT_PROVEN
    assert service.shown(service.document(a_number())).status_code == 201


def test_wrong_documents_are_counted_by_address(http, service):
    body = {"method": TICKET, "token": "a.b.c", "region": "CN-33"}
    told = [
        http.post("/v1/me/enrolment", body, environ_overrides={"REMOTE_ADDR": "10.7.7.7"})
        for _ in range(12)
    ]
    assert refusal(told[-1]) == (429, "TOO_MANY_ATTEMPTS")
    # Nobody else waits for it.
    assert service.shown(service.document(a_number())).status_code == 201


def test_a_region_that_is_none_does_not_use_the_document_up(service):
    document = service.document(a_number())
    assert service.shown(document, region="CN-99").status_code == 422
    assert service.shown(document).status_code == 201


# Who lets a service in.


def test_two_people_of_two_roles_let_a_service_in_and_one_ends_it(make, token_for, http):
    operator, authority = token_for("operator"), token_for("authority")
    service = make(admitted=False)
    assert (service.proposed.status_code, service.proposed.json["awaiting"]) == (202, ["authority"])
    document = service.document(a_number())
    assert refusal(service.shown(document)) == NOT_PROVEN
    assert service.take("admit", token=operator).json["awaiting"] == ["authority"]
    assert refusal(service.shown(document)) == NOT_PROVEN
    assert service.take("admit", token=authority).json["state"] == "trusted"
    assert service.shown(document).status_code == 201
    assert refusal(service.take("admit", token=authority)) == (409, "IDENTITY_SERVICE_STATE")
    listed = http.get("/v1/identity-services?limit=100").json["data"]
    assert service.id in {each["id"] for each in listed}
    assert service.take("end", token=operator).json["state"] == "ended"
    assert refusal(service.shown(service.document(a_number()))) == NOT_PROVEN
    assert refusal(service.take("end", token=operator)) == (409, "IDENTITY_SERVICE_STATE")
    again = http.post("/v1/identity-services", service.body, token=operator)
    assert again.status_code == 202, "an issuer that has ended can be let in anew"


def test_every_step_is_signed_in_the_log(service, token_for, wiring):
    service.take("end", token=token_for("operator"))
    with wiring.database.engine.connect() as connection:
        signed = connection.exec_driver_sql(
            "select verb, role from signature where subject_kind = %s and subject_id = %s",
            (SERVICE, parse("ids", service.id)),
        ).all()
    assert {tuple(each) for each in signed} == {
        ("admit", "operator"), ("admit", "authority"), ("end", "operator"),
    }  # fmt: skip


def test_what_could_not_be_checked_is_not_let_in(make, token_for, http, wiring):
    public_only = {"kty": "oct", "k": "c2VjcmV0", "kid": "k1"}
    for terms, wanted in (
        ({"keys": {"keys": []}}, "UNUSABLE_KEYS"),
        ({"keys": {"keys": [public_only]}}, "UNUSABLE_KEYS"),
        ({"keys": {"keys": [published("EdDSA", use="enc")]}}, "UNUSABLE_KEYS"),
        ({"keys_url": "https://id.example/keys"}, "UNUSABLE_KEYS"),
        ({"method": UNSIGNED, "keys": {"keys": []}}, "UNUSABLE_KEYS"),
    ):
        assert refusal(make(admitted=False, **terms).proposed) == (422, wanted)
    operator = token_for("operator")
    body = make().body
    neither = {name: each for name, each in body.items() if name != "keys"}
    for url in ("http://id.example/keys", "https://me@id.example/keys", "file:///etc/passwd"):
        wrong = http.post("/v1/identity-services", {**neither, "keys_url": url}, token=operator)
        assert refusal(wrong) == (422, "UNUSABLE_KEYS")
    assert refusal(http.post("/v1/identity-services", neither, token=operator))[0] == 422
    assert refusal(http.post("/v1/identity-services", body, token=operator)) == (
        409, "ISSUER_TAKEN",
    )  # fmt: skip
    merchant = public("org", an_organisation(wiring, "merchant"))
    other = {**body, "issuer": "https://else.example", "provider_id": merchant}
    assert refusal(http.post("/v1/identity-services", other, token=operator))[0] == 404


def test_a_service_for_trying_is_not_let_in_where_it_is_live(make, token_for, wiring):
    live = replace(wiring, settings=replace(wiring.settings, mode="live"))
    app = create_app(live)
    tokens = replace(token_for, app=app)
    answer = Service(Http(app), tokens, live, method=UNSIGNED, admitted=False).proposed
    assert refusal(answer) == (422, "METHOD_NOT_HERE")


# Keys that the service publishes itself.


class Published:
    """The key set of a service, on a server of this machine."""

    def __init__(self) -> None:
        self.keys = [published("EdDSA")]
        self.asked = 0
        self.location = ""
        told = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told.asked += 1
                if told.location:
                    self.send_response(302)
                    self.send_header("Location", told.location)
                    self.end_headers()
                    return
                body = json.dumps({"keys": told.keys}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_told: object) -> None:
                """Nothing is printed."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/keys"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def keys() -> Iterator[Published]:
    server = Published()
    yield server
    server.close()


def at_url(wiring, tokens, url, *, open_net_only=False):
    """A service whose keys stand at an address, and a process that has read none yet."""
    own = replace(wiring, key_sets=KeySets(open_net_only=open_net_only))
    app = create_app(own)
    return Service(Http(app), replace(tokens, app=app), own, keys=None, keys_url=url)


def test_published_keys_are_read_once_and_again_when_one_is_new(
    wiring, token_for, keys, monkeypatch
):
    service = at_url(wiring, token_for, keys.url)
    for _ in range(3):
        assert service.shown(service.document(a_number())).status_code == 201
    assert keys.asked == 1
    unknown = service.document(a_number(), headers={"kid": "made up"})
    assert refusal(service.shown(unknown)) == NOT_PROVEN
    assert keys.asked == 1, "who makes up names of keys makes nobody ask"
    monkeypatch.setattr("app.key_sets.AGAIN_AFTER_S", 0.0)
    keys.keys = [published("EdDSA", kid="new")]
    fresh = service.document(a_number(), headers={"kid": "new"})
    assert service.shown(fresh).status_code == 201
    assert keys.asked == 2


def test_in_live_mode_no_address_of_our_own_network_is_asked(wiring, token_for, keys):
    service = at_url(wiring, token_for, keys.url, open_net_only=True)
    answer = service.shown(service.document(a_number()))
    assert refusal(answer) == (503, "IDENTITY_SERVICE_SILENT")
    assert keys.asked == 0


def test_nobody_is_followed_elsewhere_and_silence_is_said(wiring, token_for, keys):
    service = at_url(wiring, token_for, keys.url)
    keys.location = keys.url.replace("/keys", "/other")
    answer = service.shown(service.document(a_number()))
    assert refusal(answer) == (503, "IDENTITY_SERVICE_SILENT")
    assert keys.asked == 1
    assert answer.headers["Retry-After"]
