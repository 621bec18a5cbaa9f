"""Enrolling people: one identity, one account."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.clock import StandingClock
from app.ids import parse
from app.secrecy.identities import identity_digests
from app.store.people.consents import consents_of
from app.usecases.people.enrol import Enrolment, enrol
from behaviours.people import Consenting
from tests.builders.people import Http, an_organisation

PATH = "/v1/participants"


@pytest.fixture
def token(token_for):
    return token_for("provider")


def body_of(**changes):
    return {
        "identity": f"id-{secrets.token_hex(8)}",
        "region": "CN-33",
        "consents": [{"scene": "metro_ride", "text_version": "1"}],
        **changes,
    }


def consents(wiring, answer):
    person = parse("par", answer.json["id"])
    found = wiring.database.transact(consents_of, person)
    return [(each.scene, each.text_version) for each in reversed(found)]


def count(wiring, table):
    with wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(f"select count(*) from {table}").scalar()


def test_a_person_is_enrolled_and_has_empty_accounts(http, token, wiring):
    answer = http.post(PATH, body_of(), token=token)
    assert answer.status_code == 201, answer.text
    person = parse("par", answer.json["id"])
    with wiring.database.engine.connect() as connection:
        for table in ("participant", "points_account", "reduction_account", "identity"):
            rows = connection.exec_driver_sql(
                f"select count(*) from {table} where participant_id = %s", (person,)
            ).scalar()
            assert rows == 1, table


def test_the_same_identity_is_the_same_person_whoever_enrols(http, token, token_for, wiring):
    body = body_of()
    first = http.post(PATH, body, token=token)
    again = http.post(PATH, body, token=token)
    other = http.post(PATH, body, token=token_for("provider"))
    assert [each.status_code for each in (first, again, other)] == [201, 200, 200]
    assert first.json == again.json == other.json
    assert consents(wiring, first) == [("metro_ride", "1"), ("metro_ride", "1")]


def test_new_consents_are_added_and_the_region_stays(http, token, wiring):
    body = body_of()
    first = http.post(PATH, body, token=token)
    more = [{"scene": "food", "text_version": "1"}, {"scene": "metro_ride", "text_version": "2"}]
    http.post(PATH, {**body, "region": "CN-11", "consents": more}, token=token)
    assert consents(wiring, first) == [("metro_ride", "1"), ("food", "1"), ("metro_ride", "2")]


@pytest.mark.parametrize("spelling", ["ab12-x", " AB12-X ", "ＡＢ１２－Ｘ", "aB12-x"])
def test_spelling_does_not_make_another_person(wiring, spelling):
    key = wiring.settings.identity_key
    assert identity_digests(spelling, key) == identity_digests("AB12-X", key)
    assert identity_digests("AB12-Y", key) != identity_digests("AB12-X", key)
    assert identity_digests("AB12-X", bytes(32)) != identity_digests("AB12-X", key)


def test_an_identity_is_kept_nowhere(http, token, wiring):
    identity = f"secret{secrets.token_hex(8)}"
    http.post(PATH, body_of(identity=identity), token=token)
    with wiring.database.engine.connect() as connection:
        for table in ("identity", "participant", "consent", "kept_answer"):
            dump = connection.exec_driver_sql(
                f"select string_agg(t::text, ' ') from {table} t"
            ).scalar()
            assert identity not in (dump or "")
            assert identity.encode().hex() not in (dump or "")


def test_twenty_at_once_make_one_person(app, wiring, token):
    identity = f"race-{secrets.token_hex(8)}"
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(
                lambda _: Http(app).post(PATH, body_of(identity=identity), token=token), range(20)
            )
        )
    assert len({answer.json["id"] for answer in answers}) == 1
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert consents(wiring, answers[0]) == [("metro_ride", "1")]


def test_a_consent_said_again_is_the_same_whichever_clock_was_ahead(wiring):
    """Two machines tell one consent; the one that comes second has the slower clock."""
    provider, person = an_organisation(wiring), f"clocks-{secrets.token_hex(8)}"
    now = wiring.clock.now()
    for moment in (now, now - timedelta(seconds=2)):
        told = wiring.database.transact(
            enrol,
            [Enrolment(person, "CN-33", (Consenting("metro_ride", "1"),))],
            organisation_id=provider,
            identity_key=wiring.settings.identity_key,
            scenes=wiring.scenes,
            clock=StandingClock(moment),
        )
    kept = wiring.database.transact(consents_of, told[0].participant_id)
    assert [each.granted_at for each in kept] == [now]


def test_two_lists_of_the_same_people_in_other_orders_do_not_wait_for_each_other(wiring):
    organisation_id = an_organisation(wiring)
    people = [Enrolment(f"list-{secrets.token_hex(8)}", "CN-33") for _ in range(60)]

    def enrol_all(order):
        return wiring.database.transact(
            enrol,
            order,
            organisation_id=organisation_id,
            clock=wiring.clock,
            identity_key=wiring.settings.identity_key,
            scenes=wiring.scenes,
        )

    with ThreadPoolExecutor(2) as pool:
        forth, back = pool.map(enrol_all, (people, people[::-1]))
    assert [each.participant_id for each in forth] == [each.participant_id for each in back][::-1]
    assert sum(each.is_new for each in forth) + sum(each.is_new for each in back) == 60


def test_a_list_may_name_a_person_twice(wiring):
    person = Enrolment(f"twice-{secrets.token_hex(8)}", "CN-33", (Consenting("food", "1"),))
    found = wiring.database.transact(
        enrol,
        [person, person],
        organisation_id=an_organisation(wiring),
        identity_key=wiring.settings.identity_key,
        scenes=wiring.scenes,
        clock=wiring.clock,
    )
    assert [each.is_new for each in found] == [True, False]
    assert found[0].participant_id == found[1].participant_id
    kept = wiring.database.transact(consents_of, found[0].participant_id)
    assert len(kept) == 1


def test_a_consent_may_be_dated_back_but_not_ahead(http, token, wiring):
    earlier = wiring.clock.now() - timedelta(days=40)
    given = {"scene": "food", "text_version": "1", "granted_at": earlier.isoformat()}
    body = body_of(consents=[given])
    answer = http.post(PATH, body, token=token)
    person = parse("par", answer.json["id"])
    [kept] = wiring.database.transact(consents_of, person)
    assert kept.granted_at == earlier
    assert kept.recorded_at > earlier
    further = {**given, "granted_at": (earlier - timedelta(days=1)).isoformat()}
    again = body_of(identity=body["identity"], consents=[further, given])
    assert http.post(PATH, again, token=token).status_code == 200
    assert consents(wiring, answer) == [("food", "1"), ("food", "1")]
    ahead = {**given, "granted_at": (wiring.clock.now() + timedelta(minutes=1)).isoformat()}
    refused = http.post(PATH, body_of(consents=[ahead]), token=token)
    assert (refused.status_code, refused.json["code"]) == (422, "CONSENT_IN_FUTURE")
    assert refused.json["errors"][0]["pointer"] == "/consents/0/granted_at"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"region": "CN-99"}, "/region"),
        ({"region": "US-CA"}, "/region"),
        ({"region": 33}, "/region"),
        ({"identity": ""}, "/identity"),
        ({"identity": " "}, "/identity"),
        ({"identity": "\u3000"}, "/identity"),
        ({"identity": None}, "/identity"),
        ({"identity": 5}, "/identity"),
        ({"identity": "x" * 300}, "/identity"),
        ({"identity": "a\x00b"}, "/identity"),
        ({"name": "Li"}, "/name"),
        ({"consents": {}}, "/consents"),
        ({"consents": ["travel"]}, "/consents/0"),
        ({"consents": [{"scene": "travel"}]}, "/consents/0/text_version"),
        ({"consents": [{"scene": "flying", "text_version": "1"}]}, "/consents/0/scene"),
        (
            {"consents": [{"scene": "food", "text_version": "1", "granted_at": "2026-01-01"}]},
            "/consents/0/granted_at",
        ),
        ({"consents": [{"scene": "food", "text_version": "1"}] * 65}, "/consents"),
    ],
)
def test_careless_enrolments_are_refused_with_their_place_and_leave_no_row(
    http, token, wiring, change, pointer
):
    before = count(wiring, "identity"), count(wiring, "participant"), count(wiring, "consent")
    answer = http.post(PATH, body_of(**change), token=token)
    assert answer.status_code == 422, answer.text
    assert answer.json["errors"][0]["pointer"] == pointer
    assert answer.json["errors"][0]["detail"]
    after = count(wiring, "identity"), count(wiring, "participant"), count(wiring, "consent")
    assert after == before
