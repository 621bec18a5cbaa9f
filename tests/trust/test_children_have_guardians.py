"""Under fourteen a guardian decides, who has an account herself; at the age it is over."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import alembic.command
import pytest
from sqlalchemy import text

from app.commands.migrate import alembic_configuration, upgrade
from app.factory import create_app
from app.ids import parse, public
from app.secrecy.identities import plain_identity
from app.store.audit.title import GUARDIANS
from app.usecases.people.end_childhoods import end_childhoods
from app.usecases.people.enrol_of_file import AgreedText, enrol_of_file
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.audit import broken_of
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.identity_services import Service
from tests.builders.people import Http, Tokens, a_participant, an_organisation, leaving

__all__ = ["market", "shut"]

NOT_HERS = (404, "NOT_FOUND")
DECIDES = (403, "GUARDIAN_DECIDES")
FILE = "9f86d081884c7d65" * 4


def a_number() -> str:
    return f"number-{secrets.token_hex(9)}"


def a_card(born_on: date) -> str:
    """The number of a resident identity card, with its check character."""
    body = f"330102{born_on:%Y%m%d}{secrets.randbelow(1000):03d}"
    total = sum(int(each) * pow(2, 17 - at, 11) for at, each in enumerate(body))
    return body + "10X98765432"[total % 11]


def years_ago(wiring: Wiring, years: int) -> date:
    today = wiring.clock.now().date()
    return date(today.year - years, today.month, 1)


class Family:
    """A guardian, a child, a service that knows both, and a provider."""

    def __init__(self, http: Http, tokens: Tokens, wiring: Wiring) -> None:
        self.http, self.tokens, self.wiring = http, tokens, wiring
        self.service = Service(http, tokens, wiring)
        self.number, self.childs = a_number(), a_number()
        self.guardian = a_participant(wiring, identity=self.number)
        self.own = tokens("participant", tenant=self.guardian)
        self.provider = an_organisation(wiring)
        self.reporter = tokens("provider", tenant=self.provider)

    def document(self, **changes) -> str:
        told = {
            "guardian": self.number,
            "birthdate": years_ago(self.wiring, 9).isoformat(),
            **changes,
        }
        return self.service.document(
            self.childs, **{name: each for name, each in told.items() if each is not None}
        )

    def enrol(self, *, token: str | None = None, text_version: str = "1", **changes):
        body = {
            "method": "ticket",
            "token": self.document(**changes),
            "region": "CN-33",
            "text_version": text_version,
        }
        return self.http.post("/v1/me/wards", body, token=token or self.own)

    @property
    def child(self) -> UUID:
        if not hasattr(self, "_child"):
            made = self.enrol()
            assert made.status_code == 201, made.text
            self._child = parse("par", made.json["participant_id"])
        return self._child

    @property
    def path(self) -> str:
        return f"/v1/me/wards/{public('par', self.child)}"

    @property
    def childs_own(self) -> str:
        return self.tokens("participant", tenant=self.child)

    def agree(self, path: str = "", *, token: str | None = None):
        body = {
            "provider_id": public("org", self.provider),
            "scene": "travel",
            "text_version": "1",
        }
        at = f"{path or self.path}/consents"
        return self.http.post(at, body, token=token or self.own)

    def ride(self):
        # Each after whatever was done before, and not beside another ride.
        self.wiring.clock.advance(3_600)
        now = self.wiring.clock.now() - timedelta(seconds=1)
        body = {
            "participant_id": public("par", self.child),
            "behaviour": "metro_ride",
            "external_id": secrets.token_hex(8),
            "occurred_at": now.isoformat(),
            "region": "CN-33",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": secrets.token_hex(8)},
        }
        return self.http.post("/v1/actions", body, token=self.reporter)

    def asks_takeover(self, token: str):
        body = {
            "participant_id": public("par", self.child),
            "text_version": "1",
            "evidence_sha256": FILE,
            "note": "court order",
        }
        return self.http.post("/v1/me/wards/takeovers", body, token=token)

    def sign(self, change: str, *, role: str, file: str = FILE):
        at = f"/v1/participants/{public('par', self.child)}/guardian-changes/{change}/sign"
        return self.http.post(at, {"evidence_sha256": file}, token=self.tokens(role))

    def taken_over(self, token: str) -> None:
        asked = self.asks_takeover(token)
        assert asked.status_code == 202, asked.text
        assert self.sign(asked.json["id"], role="operator").status_code == 202
        assert self.sign(asked.json["id"], role="authority").status_code == 201

    def broken(self) -> list[str]:
        rows = text(
            "select guardianship_id from guardianship where participant_id = :child"
            " union select consent_id from consent where participant_id = :child"
        )
        with self.wiring.database.engine.connect() as connection:
            known = connection.execute(rows, {"child": self.child}).scalars().all()
        return broken_of(self.wiring, GUARDIANS, list(known))


@pytest.fixture
def family(moving) -> Family:
    app, moved = moving
    return Family(Http(app), Tokens(app, moved), moved)


def test_a_child_alone_is_not_enrolled_by_anybody(family, wiring):
    http, young = family.http, years_ago(family.wiring, 9)
    alone = family.service.shown(family.service.document(a_number(), birthdate=young.isoformat()))
    assert refusal(alone) == (409, "GUARDIAN_NEEDED")
    card = a_card(young)
    assert len(plain_identity(card)) == 18
    assert refusal(family.service.shown(family.service.document(card))) == (409, "GUARDIAN_NEEDED")
    for body in ({"identity": card}, {"identity": a_number(), "born_on": young.isoformat()}):
        told = http.post("/v1/participants", {**body, "region": "CN-33"}, token=family.reporter)
        assert refusal(told) == (409, "GUARDIAN_NEEDED")
    grown = a_card(years_ago(family.wiring, 30))
    told = http.post(
        "/v1/participants", {"identity": grown, "region": "CN-33"}, token=family.reporter
    )
    assert told.status_code == 201


def test_nobody_who_is_too_young_comes_by_a_file(family):
    young, grown = a_card(years_ago(family.wiring, 9)), a_card(years_ago(family.wiring, 30))
    rows = [(each, "CN-33", ["metro_ride"]) for each in (young, grown)]

    def enrolled(connection):
        return enrol_of_file(
            connection,
            rows,
            provider_id=family.provider,
            agreement=AgreedText("1", None),
            identity_key=family.wiring.settings.identity_key,
            scenes=family.wiring.scenes,
            clock=family.wiring.clock,
        )

    assert family.wiring.database.transact(enrolled) == 1


def test_the_guardian_enrols_agrees_sees_and_withdraws(family):
    made = family.enrol()
    assert made.status_code == 201, made.text
    family._child = parse("par", made.json["participant_id"])
    assert family.enrol().status_code == 200, "the same again"
    assert family.ride().json["code"] in ("NOT_FOUND", "UNKNOWN_PARTICIPANT")
    consent = family.agree()
    assert (consent.status_code, consent.json["channel"]) == (201, "guardian")
    assert family.ride().status_code == 201
    assert family.http.get(family.path, token=family.own).json["actions"] == 1
    export = family.http.get(f"{family.path}/export", token=family.own)
    assert export.json["id"] == made.json["participant_id"]
    assert len(export.json["rows"]["action"]) == 1
    listed = family.http.get("/v1/me/wards", token=family.own).json["data"]
    assert [(each["participant_id"], each["stands"]) for each in listed] == [
        (made.json["participant_id"], True)
    ]
    at = f"{family.path}/consents/{consent.json['id']}"
    assert family.http.delete(at, token=family.own).status_code == 204
    assert refusal(family.ride())[1] == "CONSENT_WITHDRAWN"
    assert family.broken() == []


def test_no_date_of_birth_is_kept(family):
    born_on = years_ago(family.wiring, 9).replace(day=17)
    child = parse("par", family.enrol(birthdate=born_on.isoformat()).json["participant_id"])
    with family.wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select decides_from at time zone 'Asia/Shanghai' from guardianship"
            " where participant_id = %s",
            (child,),
        ).scalar_one()
    assert (kept.day, kept.hour) == (1, 0)


def test_who_the_service_does_not_name_is_no_guardian(family):
    stranger = family.tokens("participant")
    assert refusal(family.enrol(token=stranger)) == (422, "GUARDIAN_NOT_NAMED")
    assert refusal(family.enrol(guardian=None)) == (422, "GUARDIAN_NOT_NAMED")
    assert refusal(family.enrol(guardian=a_number())) == (422, "GUARDIAN_NOT_NAMED")
    assert refusal(family.enrol(guardian=5)) == (400, "IDENTITY_NOT_PROVEN")
    assert refusal(family.enrol(birthdate=None)) == (422, "BIRTHDATE_MISSING")
    assert refusal(family.enrol(birthdate="soon")) == (400, "IDENTITY_NOT_PROVEN")
    grown = years_ago(family.wiring, 14).isoformat()
    assert refusal(family.enrol(birthdate=grown)) == (409, "DECIDES_ALONE")
    assert refusal(family.enrol(text_version="never")) == (422, "TEXT_NOT_IN_FORCE")


def test_nobody_is_their_own_guardian_and_no_child_is_one(family):
    family.childs = family.number
    assert refusal(family.enrol()) == (422, "GUARDIAN_NOT_NAMED")
    family.childs = a_number()
    child = family.child
    service, number = family.service, a_number()
    body = {
        "method": "ticket",
        "token": service.document(
            number,
            guardian=family.childs,
            birthdate=years_ago(family.wiring, 3).isoformat(),
        ),
        "region": "CN-33",
        "text_version": "1",
    }
    own = family.tokens("participant", tenant=child)
    assert refusal(family.http.post("/v1/me/wards", body, token=own)) == DECIDES
    assert refusal(family.asks_takeover(own)) == DECIDES


def test_what_is_the_childs_is_closed_to_others(family):
    family.agree()
    stranger = family.tokens("participant")
    for at in ("", "/export", "/consents", "/requests", "/guardian-changes"):
        assert refusal(family.http.get(family.path + at, token=stranger)) == NOT_HERS
        assert family.http.get(family.path + at, token=family.own).status_code == 200
    assert refusal(family.agree(token=stranger)) == NOT_HERS
    assert refusal(family.http.delete(family.path, token=stranger)) == NOT_HERS
    [consent] = family.http.get(f"{family.path}/consents", token=family.own).json["data"]
    at = f"{family.path}/consents/{consent['id']}"
    assert refusal(family.http.delete(at, token=stranger)) == NOT_HERS
    assert refusal(family.http.post(f"{family.path}/codes", token=stranger)) == NOT_HERS
    assert family.ride().status_code == 201


def test_the_child_decides_nothing_alone_but_may_take_back(family):
    consent = family.agree()
    own = family.childs_own
    assert refusal(family.agree("/v1/me", token=own)) == DECIDES
    assert refusal(family.http.delete("/v1/me", token=own)) == DECIDES
    body = {"from": "2026-01-01", "to": "2026-12-31", "text_version": "1"}
    assert refusal(family.http.post("/v1/me/contributions", body, token=own, key="k")) == DECIDES
    assert refusal(family.http.post("/v1/me/links", {"assertion": "x.y.z"}, token=own)) == DECIDES
    assert family.http.get("/v1/me/export", token=own).status_code == 200
    at = f"/v1/me/consents/{consent.json['id']}"
    assert family.http.delete(at, token=own).status_code == 204


def test_the_child_comes_in_by_the_service_once_a_guardian_is_there(family):
    child = family.child
    came = family.service.shown(family.document())
    assert (came.status_code, came.json["id"]) == (200, public("par", child))
    # Her own points are hers to show.
    assert family.http.post("/v1/me/codes", token=came.json["access_token"]).status_code == 201


def test_a_providers_word_for_a_child_only_asks(family):
    body = {
        "identity": family.childs,
        "region": "CN-33",
        "consents": [{"scene": "travel", "text_version": "1"}],
    }
    child = family.child
    answer = family.http.post("/v1/participants", body, token=family.reporter)
    assert (answer.status_code, answer.json["id"]) == (200, public("par", child))
    [asked] = answer.json["requests"]
    assert refusal(family.ride())[0] in (403, 404)
    at = f"/requests/{asked['id']}/confirm"
    assert refusal(family.http.post(f"/v1/me{at}", token=family.childs_own)) == DECIDES
    assert family.http.post(family.path + at, token=family.own).status_code == 200
    assert family.ride().status_code == 201
    assert family.broken() == []


def test_what_was_agreed_before_there_was_a_guardian_is_asked_of_her(family):
    body = {
        "identity": family.childs,
        "region": "CN-33",
        "consents": [{"scene": "travel", "text_version": "1"}],
    }
    before = family.http.post("/v1/participants", body, token=family.reporter)
    assert parse("par", before.json["id"]) == family.child
    [consent] = family.http.get(f"{family.path}/consents", token=family.own).json["data"]
    assert consent["withdrawn_at"] is not None
    [asked] = family.http.get(f"{family.path}/requests", token=family.own).json["data"]
    assert (asked["state"], asked["scene"]) == ("open", "travel")


def test_the_guardian_redeems_only_where_the_programme_says_so(family, moving):
    codes = f"{family.path}/codes"
    assert refusal(family.http.post(codes, token=family.own)) == (403, "GUARDIAN_CANNOT_REDEEM")
    _, moved = moving
    said = moved.programmes.versions[0]
    people = replace(said.people, guardian_redeems=True)
    allowed = type(moved.programmes)([replace(said, people=people)])
    family_there = Family.__new__(Family)
    app = create_app(replace(moved, programmes=allowed))
    family_there.__dict__.update({**vars(family), "http": Http(app)})
    assert family_there.http.post(codes, token=family.own).status_code == 201


def test_at_the_age_it_is_over_and_the_young_person_confirms(family):
    family.childs = a_number()
    made = family.enrol(birthdate=years_ago(family.wiring, 13).isoformat())
    family._child = parse("par", made.json["participant_id"])
    family.agree()
    until = datetime.fromisoformat(made.json["decides_from"])
    family.wiring.clock.advance(int((until - family.wiring.clock.now()).total_seconds()) + 60)
    # The job has not come yet: by then she decides nothing any more.
    fresh = family.tokens("participant", tenant=family.guardian)
    assert refusal(family.agree(token=fresh)) == NOT_HERS
    assert refusal(family.http.get(family.path, token=fresh)) == NOT_HERS
    family.wiring.database.transact(end_childhoods, clock=family.wiring.clock)
    assert family.wiring.database.transact(end_childhoods, clock=family.wiring.clock) == 0
    assert refusal(family.ride())[1] == "CONSENT_WITHDRAWN"
    own = family.childs_own
    [asked] = family.http.get("/v1/me/requests", token=own).json["data"]
    confirmed = family.http.post(f"/v1/me/requests/{asked['id']}/confirm", token=own)
    assert confirmed.status_code == 200
    assert family.ride().status_code == 201
    [ward] = family.http.get("/v1/me/wards", token=fresh).json["data"]
    assert ward["ended_because"] == "of_age"
    assert family.broken() == []


def test_a_guardian_who_leaves_pauses_the_account_and_loses_nothing(family):
    family.agree()
    assert family.ride().status_code == 201
    before = family.http.get("/v1/me", token=family.childs_own).json
    assert family.http.delete("/v1/me", token=family.own).status_code == 200
    assert refusal(family.ride())[1] == "CONSENT_WITHDRAWN"
    own = family.childs_own
    alone = {
        "behaviour": "metro_ride",
        "external_id": secrets.token_hex(8),
        "occurred_at": family.wiring.clock.now().isoformat(),
        "region": "CN-33",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": secrets.token_hex(8)},
    }
    assert refusal(family.http.post("/v1/actions", alone, token=own)) == (409, "ACCOUNT_PAUSED")
    assert refusal(family.agree("/v1/me", token=own)) == DECIDES
    after = family.http.get("/v1/me", token=own).json
    assert after["reduction_kg"] == before["reduction_kg"]
    now, then = (each["points"] for each in (after, before))
    assert now["available"] + now["pending"] == then["available"] + then["pending"]
    # Another one takes over, and is asked for what had been agreed to.
    other = family.tokens("participant")
    family.taken_over(other)
    [asked] = family.http.get(f"{family.path}/requests", token=other).json["data"]
    at = f"{family.path}/requests/{asked['id']}/confirm"
    assert family.http.post(at, token=other).status_code == 200
    assert family.ride().status_code == 201
    assert family.broken() == []


def test_two_people_of_two_roles_read_the_same_evidence(family):
    family.agree()
    other = family.tokens("participant")
    asked = family.asks_takeover(other)
    assert asked.json["awaiting"] == ["authority", "operator"]
    change = asked.json["id"]
    told = family.http.get("/v1/me/guardian-changes", token=family.childs_own).json["data"]
    assert [each["id"] for each in told] == [change]
    wrong = family.sign(change, role="operator", file="00" * 32)
    assert refusal(wrong) == (409, "GUARDIAN_EVIDENCE_DIFFERS")
    assert family.sign(change, role="operator").status_code == 202
    assert family.sign(change, role="operator").json["awaiting"] == ["authority"]
    assert refusal(family.agree(token=other)) == NOT_HERS, "one signature is none"
    assert family.agree().status_code == 200
    assert family.sign(change, role="authority").status_code == 201
    assert refusal(family.sign(change, role="authority")) == (409, "GUARDIAN_CHANGE_ENDED")
    assert refusal(family.agree()) == NOT_HERS
    assert refusal(family.ride())[1] == "CONSENT_WITHDRAWN", "she agrees anew, or does not"
    assert family.agree(token=other).status_code == 201
    assert family.broken() == []


def test_nobody_signs_what_lapsed_and_nobody_takes_over_who_never_had_a_guardian(family):
    other = family.tokens("participant")
    change = family.asks_takeover(other).json["id"]
    family.wiring.clock.advance(int(family.wiring.programme.signed_for.total_seconds()) + 1)
    assert refusal(family.sign(change, role="operator")) == (409, "GUARDIAN_CHANGE_ENDED")
    grown = a_participant(family.wiring)
    body = {
        "participant_id": public("par", grown),
        "text_version": "1",
        "evidence_sha256": FILE,
        "note": "x",
    }
    fresh = family.tokens("participant")
    asked = family.http.post("/v1/me/wards/takeovers", body, token=fresh)
    assert refusal(asked) == NOT_HERS
    unknown = {**body, "participant_id": "par_" + "0199" + 28 * "0"}
    assert refusal(family.http.post("/v1/me/wards/takeovers", unknown, token=fresh)) == NOT_HERS


def test_another_named_guardian_does_not_push_the_first_one_out(family):
    child = family.child
    second = a_number()
    a_participant(family.wiring, identity=second)
    came = family.service.shown(family.service.document(second))
    other = came.json["access_token"]
    taken = family.enrol(token=other, guardian=second)
    assert refusal(taken) == (409, "HAS_GUARDIAN")
    family.http.delete("/v1/me", token=family.own)
    assert refusal(family.enrol(token=other, guardian=second)) == (409, "HAS_GUARDIAN")
    assert family.child == child


def test_the_guardian_leaves_for_the_child(family):
    family.agree()
    own = family.childs_own
    assert family.http.delete(family.path, token=family.own).json["id"] == public(
        "par", family.child
    )
    assert family.http.get("/v1/me", token=own).status_code == 401
    assert refusal(family.http.get(family.path, token=family.own)) == NOT_HERS
    [ward] = family.http.get("/v1/me/wards", token=family.own).json["data"]
    assert ward["ended_because"] == "child_left"
    assert family.broken() == []


def test_a_consent_that_waits_while_the_guardian_leaves_is_not_given(family):
    child = family.child
    answer = while_held(
        family.wiring.database, leaving(family.wiring, family.guardian), family.agree
    )
    assert refusal(answer)[0] in (401, 404)
    with family.wiring.database.engine.connect() as connection:
        live = connection.exec_driver_sql(
            "select count(*) from consent where participant_id = %s and withdrawn_at is null",
            (child,),
        ).scalar_one()
    assert live == 0
    assert family.broken() == []


# The line ``guardianships`` of the audit, broken by hand.

BY_HAND = {
    "nobody": """
        update guardianship set guardian_id = gen_random_uuid() where participant_id = :child
    """,
    "who left": """
        update participant set state = 'closed', closed_at = now()
         where participant_id = (select guardian_id from guardianship where participant_id = :child)
    """,
    "without signatures": "update guardianship set how = 'evidence' where participant_id = :child",
    "agreed afterwards": """
        update guardianship set ended_at = began_at, ended_because = 'replaced'
         where participant_id = :child
    """,
    "nobody's word": """
        update guardianship set began_at = now() + interval '99 years'
         where participant_id = :child
    """,
}


@pytest.mark.parametrize("by_hand", BY_HAND)
def test_guardianships_that_do_not_hold_are_seen(family, by_hand):
    family.agree()
    rows = text(f"select offender from ({GUARDIANS.rows}) c (offender, bad) where bad")
    with family.wiring.database.engine.connect() as connection, connection.begin() as change:
        before = connection.execute(rows).scalars().all()
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.execute(text(BY_HAND[by_hand]), {"child": family.child})
        assert len(connection.execute(rows).scalars().all()) > len(before)
        change.rollback()


def test_an_earlier_release_takes_no_guardians_word_for_the_childs(market):
    url = market.settings.database_url
    assert url is not None
    app = create_app(market)
    family = Family(Http(app), Tokens(app, market), market)
    family.agree()
    child = family.child
    market.database.engine.dispose()
    alembic.command.downgrade(alembic_configuration(url), "0052")
    with market.database.engine.connect() as connection:
        channel, withdrawn_at = connection.exec_driver_sql(
            "select channel, withdrawn_at from consent where participant_id = %s", (child,)
        ).one()
    assert channel is None
    assert withdrawn_at is not None
    market.database.engine.dispose()
    upgrade(url)


def test_a_date_of_birth_is_put_right_by_two_who_read_the_evidence(family):
    """Registered as nine though ten: the day from which the child decides alone moves."""
    consent = family.agree()
    right = years_ago(family.wiring, 10)
    body = {
        "participant_id": public("par", family.child),
        "text_version": "1",
        "evidence_sha256": FILE,
        "note": "birth certificate",
        "born_on": right.isoformat(),
    }
    asked = family.http.post("/v1/me/wards/takeovers", body, token=family.own)
    assert asked.status_code == 202, asked.text
    before = family.http.get("/v1/me/wards", token=family.own).json["data"][0]["decides_from"]
    assert asked.json["decides_from"] < before
    assert family.sign(asked.json["id"], role="operator").status_code == 202
    done = family.sign(asked.json["id"], role="authority")
    assert done.status_code == 201, done.text
    newest, former = family.http.get("/v1/me/wards", token=family.own).json["data"]
    assert (newest["stands"], newest["decides_from"]) == (True, asked.json["decides_from"])
    assert (former["ended_because"], former["decides_from"]) == ("replaced", before)
    # What was agreed to under the wrong date is asked anew.
    assert consent.status_code == 201
    assert refusal(family.ride())[1] == "CONSENT_WITHDRAWN"
    assert family.agree().status_code == 201
    assert family.broken() == []
    with family.wiring.database.engine.connect() as connection:
        verbs = connection.exec_driver_sql(
            "select distinct verb from signature where subject_id = %s",
            (parse("gch", asked.json["id"]),),
        ).scalars()
        assert list(verbs) == [f"take_over:{asked.json['decides_from']}"]


def test_who_was_registered_as_of_age_though_a_child_gets_a_guardian_again(family):
    thirteen = years_ago(family.wiring, 13).isoformat()
    family._child = parse("par", family.enrol(birthdate=thirteen).json["participant_id"])
    family.wiring.clock.advance(370 * 86_400)
    assert family.agree().status_code == 404, "by the registered date it is over"
    stated = {
        "participant_id": public("par", family.child),
        "text_version": "1",
        "evidence_sha256": FILE,
        "note": "birth certificate",
    }
    own = family.tokens("participant", tenant=family.guardian)
    path = "/v1/me/wards/takeovers"
    assert refusal(family.http.post(path, stated, token=own)) == NOT_HERS
    grown = {**stated, "born_on": years_ago(family.wiring, 20).isoformat()}
    assert refusal(family.http.post(path, grown, token=own)) == NOT_HERS
    young = {**stated, "born_on": years_ago(family.wiring, 11).isoformat()}
    asked = family.http.post(path, young, token=own)
    assert asked.status_code == 202, asked.text
    assert family.sign(asked.json["id"], role="authority").status_code == 202
    assert family.sign(asked.json["id"], role="operator").status_code == 201
    assert family.agree(token=own).status_code == 201


def test_one_that_is_over_by_its_day_is_in_nobodys_way_until_the_task_comes(family):
    """The service corrects itself: the child is younger than it had said."""
    thirteen = years_ago(family.wiring, 13).isoformat()
    family._child = parse("par", family.enrol(birthdate=thirteen).json["participant_id"])
    family.wiring.clock.advance(370 * 86_400)
    family.own = family.tokens("participant", tenant=family.guardian)
    assert family.enrol(birthdate=years_ago(family.wiring, 11).isoformat()).status_code == 201
    newest, former = family.http.get("/v1/me/wards", token=family.own).json["data"]
    assert (newest["stands"], former["ended_because"]) == (True, "of_age")
    assert family.broken() == []
