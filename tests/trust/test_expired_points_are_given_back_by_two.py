"""Expired points come back by two people who say why, and never more than expired."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.ids import public
from app.settings import Settings
from app.store.audit.points import REINSTATED_POINTS
from app.usecases.points.expire_lots import expire_lots
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.people import Http, Tokens
from tests.builders.points import a_person_with, points_of
from tests.builders.processes import own_wiring

NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=430)


class Desk:
    """A programme of its own, and people whose points ran out in it."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring, app = wiring, create_app(wiring)
        self.http, self.tokens = Http(app), Tokens(app, wiring)

    def somebody(self, expired: int) -> UUID:
        person = a_person_with(self.wiring, expired, available_at=LONG_AGO)
        self.wiring.database.transact(expire_lots, clock=self.wiring.clock)
        assert points_of(self.wiring, person, now=NOW)["available"] == 0
        return person

    def give(self, person: UUID, points: int, token: str, **changes: Any) -> Any:
        body = {"points": points, "ground": "reinstated", "reason": "Told too late.", **changes}
        path = f"/v1/participants/{public('par', person)}/adjustments"
        return self.http.post(path, body, token=token, key=secrets.token_hex(8))

    def given(self, person: UUID, points: int, **changes: Any) -> None:
        first = self.give(person, points, self.tokens("operator"), **changes)
        assert (first.status_code, first.json["awaiting"]) == (202, ["authority"]), first.text
        second = self.give(person, points, self.tokens("authority"), **changes)
        assert second.status_code == 201, second.text


@pytest.fixture
def desk(settings: Settings, fresh_database: str) -> Iterator[Desk]:
    own = own_wiring(replace(settings, web_threads=8), fresh_database)
    made = replace(own, clock=StandingClock(NOW))
    yield Desk(made)
    assert_books_balance(made)
    own.close()


def test_they_can_be_spent_again_and_the_person_reads_why(desk: Desk) -> None:
    person = desk.somebody(200)
    desk.given(person, 150)
    there = points_of(desk.wiring, person, now=NOW)
    assert there["available"] == 150
    # As long as what is earned today: through the end of the month a year later.
    assert there["expiring"] == [{"on": "2027-06-30", "points": 150}]
    token = desk.tokens("participant", tenant=person)
    (entry, *_) = desk.http.get("/v1/me/points/entries", token=token).json["data"]
    assert entry["adjusted"] == {"ground": "reinstated", "reason": "Told too late."}


def test_never_more_than_expired_together(desk: Desk) -> None:
    person = desk.somebody(200)
    operator = desk.tokens("operator")
    many = desk.give(person, 201, operator)
    assert refusal(many) == (409, "NOT_SO_MANY_EXPIRED")
    assert many.json["details"] == {"expired": 200}
    desk.given(person, 150)
    assert refusal(desk.give(person, 51, operator)) == (409, "NOT_SO_MANY_EXPIRED")
    desk.given(person, 50)
    assert refusal(desk.give(person, -1, operator)) == (422, "NOTHING_IS_REINSTATED_SO")
    # Other grounds are others' matter.
    desk.given(person, 51, ground="outage")
    assert points_of(desk.wiring, person, now=NOW)["available"] == 251


def test_two_decisions_that_are_signed_at_once_give_back_no_more_than_expired(desk: Desk) -> None:
    person = desk.somebody(200)
    first = [
        {"client_reference": "one", "reason": "One."},
        {"client_reference": "two", "reason": "Two."},
    ]
    tokens = [desk.tokens("authority") for _ in range(4)]
    assert desk.give(person, 120, desk.tokens("operator"), **first[0]).status_code == 202
    calls = [partial(desk.give, person, 120, each, **first[0]) for each in tokens]
    answers = at_once(calls)
    assert {each.status_code for each in answers} == {201}
    assert points_of(desk.wiring, person, now=NOW)["available"] == 120
    late = desk.give(person, 120, desk.tokens("operator"), **first[1])
    assert refusal(late) == (409, "NOT_SO_MANY_EXPIRED")


def test_the_audit_sees_what_never_expired(desk: Desk) -> None:
    person = desk.somebody(100)
    desk.given(person, 40)
    its = f"where participant_id = '{person}'"
    assert_each_is_seen(
        desk.wiring,
        {
            f"update points_adjustment set points = 101 {its}": [
                "points_adjustments",
                REINSTATED_POINTS.name,
            ],
            f"update points_adjustment set adjusted_at = adjusted_at - interval '900 days' {its}": [
                REINSTATED_POINTS.name
            ],
        },
    )
    assert REINSTATED_POINTS.name == "points_reinstated"
