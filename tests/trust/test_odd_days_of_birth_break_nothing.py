"""Whatever day of birth a number or a document says, it is answered, and no file is lost by it."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.ids import public
from app.usecases.people.enrol_of_file import AgreedText, enrol_of_file
from app.wiring import Wiring
from behaviours.guardians import USUAL_CHILDHOOD, decides_from
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens, an_organisation
from tests.trust.test_children_have_guardians import Family, a_card, a_number

# Of nobody who is of age: they are to come, beyond what a calendar has with fourteen years more.
TO_COME = (date(9985, 12, 2), date(9986, 1, 1), date(9999, 12, 31))
LONG_AGO = (date(1, 1, 1), date(1582, 10, 10), date(1900, 2, 28))


@pytest.fixture(name="family")
def _family(moving: tuple[Flask, Wiring]) -> Family:
    app, moved = moving
    return Family(Http(app), Tokens(app, moved), moved)


@pytest.mark.parametrize("born_on", [*TO_COME, *LONG_AGO], ids=str)
def test_a_card_of_any_day_is_answered(family: Family, born_on: date) -> None:
    card = a_card(born_on)
    body = {"identity": card, "region": "CN-33", "consents": []}
    answer = family.http.post("/v1/participants", body, token=family.reporter)
    young = (409, "GUARDIAN_NEEDED")
    assert refusal(answer) == young if born_on in TO_COME else answer.status_code == 201
    shown = family.service.shown(family.service.document(a_card(born_on)))
    assert refusal(shown) == young if born_on in TO_COME else shown.status_code == 201


@pytest.mark.parametrize(
    "said",
    ["9999-12-31", "9986-01-01", "0001-01-01", "0000-00-00", "2012-02-30", "", "2012", 20120229,
     None, [], {"year": 2012}, "２０12-02-28", "2012-02-29T00:00:00Z", "-001-01-01", "99999-01-01"],
    ids=ascii,
)  # fmt: skip
def test_whatever_a_service_says_of_a_birth_is_answered(family: Family, said: object) -> None:
    document = family.service.document(a_number(), birthdate=said)
    assert family.service.shown(document).status_code < 500
    body = {"method": "ticket", "token": family.document(birthdate=said), "region": "CN-33",
            "text_version": "1"}  # fmt: skip
    assert family.http.post("/v1/me/wards", body, token=family.own).status_code < 500


def test_a_file_goes_on_past_such_a_number(family: Family) -> None:
    wiring, provider = family.wiring, an_organisation(family.wiring)
    people = [a_number(), *map(a_card, TO_COME), a_number(), a_card(date(1990, 2, 28))]
    done = wiring.database.transact(
        enrol_of_file,
        [(each, "CN-33", ("metro_ride",)) for each in people],
        provider_id=provider,
        agreement=AgreedText("2026-01", datetime(2026, 1, 2, tzinfo=UTC)),
        identity_key=wiring.settings.identity_key,
        scenes=wiring.scenes,
        clock=wiring.clock,
    )
    assert done == 3
    listed = family.http.get(
        "/v1/provider/participants", token=family.tokens("provider", tenant=provider)
    )
    assert len(listed.json["data"]) == 3, public("org", provider)


def test_the_day_of_age_is_within_the_calendar_for_every_day_of_birth() -> None:
    for _ in range(2_000):
        born_on = date.fromordinal(secrets.randbelow(date.max.toordinal()) + 1)
        on = decides_from(born_on, USUAL_CHILDHOOD.age)
        assert on.day == 1
        assert on > born_on or born_on.year > 9_900
        assert USUAL_CHILDHOOD.ends(born_on).tzinfo is not None
    assert decides_from(date(2012, 2, 29), 14) == date(2026, 3, 1)
    assert decides_from(date(2012, 12, 2), 14) == date(2027, 1, 1)
