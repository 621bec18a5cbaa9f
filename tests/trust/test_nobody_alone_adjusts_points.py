"""Points by hand: two people of two roles, a ground and a reason, and the person is told."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.factory import create_app
from app.ids import public
from app.settings import Settings
from app.usecases.audit.read_trial_balance import read_trial_balance
from app.wiring import Wiring
from rewards.ledger.points import ADJUSTED
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.people import Http, Tokens, a_participant
from tests.builders.points import a_person_with
from tests.builders.processes import own_wiring

WIDE = 8


class Office:
    """A programme of its own with two people in each role."""

    def __init__(self, app: Flask, wiring: Wiring) -> None:
        self.wiring, self.http = wiring, Http(app)
        self.tokens = Tokens(app, wiring)

    def adjust(self, person: UUID, points: int, token: str, **changes: Any) -> Any:
        body = {"points": points, "ground": "outage", "reason": "The gates were down.", **changes}
        path = f"/v1/participants/{public('par', person)}/adjustments"
        return self.http.post(path, body, token=token, key=secrets.token_hex(8))

    def done(self, person: UUID, points: int, **changes: Any) -> Any:
        first = self.adjust(person, points, self.tokens("operator"), **changes)
        assert (first.status_code, first.json["awaiting"]) == (202, ["authority"]), first.text
        second = self.adjust(person, points, self.tokens("authority"), **changes)
        assert (second.status_code, second.json["awaiting"]) == (201, []), second.text
        return second

    def points(self, person: UUID) -> Any:
        token = self.tokens("participant", tenant=person)
        return self.http.get("/v1/me/points", token=token).json

    def entries(self, person: UUID) -> list[dict[str, Any]]:
        token = self.tokens("participant", tenant=person)
        return list(self.http.get("/v1/me/points/entries", token=token).json["data"])


@pytest.fixture(scope="module")
def office(settings: Settings, two_databases: tuple[str, str]) -> Iterator[Office]:
    own = own_wiring(replace(settings, web_threads=WIDE), two_databases[0])
    yield Office(create_app(own), own)
    assert_books_balance(own)
    own.close()


def test_what_is_given_can_be_spent_at_once_and_says_why(office: Office) -> None:
    person = a_participant(office.wiring)
    first = office.adjust(person, 120, office.tokens("operator"))
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    assert office.points(person)["available"] == 0
    office.adjust(person, 120, office.tokens("authority"))
    there = office.points(person)
    assert (there["available"], there["pending"]) == (120, 0)
    assert len(there["expiring"]) == 1
    (entry,) = office.entries(person)
    assert (entry["kind"], entry["points"], entry["balance_change"]) == ("adjust", 120, 120)
    assert entry["adjusted"] == {"ground": "outage", "reason": "The gates were down."}
    assert entry["reference"] is None


def test_what_is_taken_is_what_can_be_spent_and_no_more(office: Office) -> None:
    person = a_person_with(office.wiring, 100)
    office.done(person, -30, ground="credited_twice")
    assert office.points(person)["available"] == 70
    refused = office.adjust(person, -71, office.tokens("operator"))
    assert refusal(refused) == (409, "NOT_ENOUGH_POINTS")
    assert office.points(person)["debt"] == 0
    assert office.entries(person)[0]["balance_change"] == -30


def test_other_terms_are_signed_anew_and_one_person_is_not_two(office: Office) -> None:
    person = a_participant(office.wiring)
    operator, authority = office.tokens("operator"), office.tokens("authority")
    assert office.adjust(person, 50, operator).status_code == 202
    for changes in ({"ground": "missing_credit"}, {"reason": "Another."}):
        other = office.adjust(person, 50, authority, **changes)
        assert (other.status_code, other.json["awaiting"]) == (202, ["operator"])
    assert office.adjust(person, 51, authority).json["awaiting"] == ["operator"]
    assert office.adjust(person, 51, authority).json["awaiting"] == ["operator"]
    assert office.points(person)["available"] == 0
    assert office.adjust(person, 51, office.tokens("operator")).status_code == 201
    assert office.points(person)["available"] == 51


def test_a_stated_number_is_done_once_for_ever(office: Office) -> None:
    person = a_participant(office.wiring)
    office.done(person, 40, client_reference="2026-1")
    again = office.adjust(person, 40, office.tokens("operator"), client_reference="2026-1")
    assert (again.status_code, again.json["awaiting"]) == (201, [])
    other = office.adjust(person, 41, office.tokens("operator"), client_reference="2026-1")
    assert refusal(other) == (409, "CLIENT_REFERENCE_REUSED")
    assert office.points(person)["available"] == 40


def test_two_who_sign_second_at_once_do_it_once(office: Office) -> None:
    person = a_person_with(office.wiring, 100)
    stated = {"client_reference": "at-once", "ground": "wrong_person"}
    assert office.adjust(person, -60, office.tokens("operator"), **stated).status_code == 202
    seconds = [office.tokens("authority") for _ in range(4)]
    answers = at_once([partial(office.adjust, person, -60, each, **stated) for each in seconds])
    assert {each.status_code for each in answers} == {201}
    assert office.points(person)["available"] == 40


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"points": 0}, "NOTHING_TO_ADJUST"),
        ({"points": 1_000_001}, "VALIDATION_FAILED"),
        ({"points": "5"}, "VALIDATION_FAILED"),
        ({"ground": "because"}, "VALIDATION_FAILED"),
        ({"reason": ""}, "VALIDATION_FAILED"),
    ],
)
def test_without_points_ground_or_reason_nothing_is_signed(
    office: Office, changes: dict[str, Any], code: str
) -> None:
    person = a_participant(office.wiring)
    answer = office.adjust(person, changes.pop("points", 5), office.tokens("operator"), **changes)
    assert refusal(answer) == (422, code)
    unknown = office.adjust(UUID(int=7), 5, office.tokens("operator"))
    assert refusal(unknown) == (404, "UNKNOWN_PARTICIPANT")


def test_the_statements_tell_it_apart_and_the_audit_sees_what_is_amiss(
    office: Office,
) -> None:
    before = given_by_hand(office.wiring)
    person = a_participant(office.wiring)
    office.done(person, 25)
    assert given_by_hand(office.wiring) - before == 25
    its = f"where participant_id = '{person}'"
    assert_each_is_seen(
        office.wiring,
        {
            f"update points_adjustment set points = points + 1 {its}": ["points_adjustments"],
            f"update points_adjustment set asked = sha256('other') {its}": ["points_adjustments"],
            f"delete from points_adjustment {its}": ["points_adjustments"],
        },
    )


def given_by_hand(wiring: Wiring) -> int:
    """What the account of what is done by hand has, by the trial balance."""
    now = wiring.clock.now()
    balance = wiring.database.transact(read_trial_balance, "points", at=now)
    assert sum(each.debits - each.credits for each in balance.lines) == 0
    return sum(each.credits - each.debits for each in balance.lines if each.account == ADJUSTED)
