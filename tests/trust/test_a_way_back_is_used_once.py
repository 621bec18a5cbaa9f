"""A way back into an account (two people signed, a link and a code) is good once and in its turn.

Whoever has it sets another password and another authenticator: used by two at the same moment, or
after what it was made for is over, it would be a second key to a desk.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.ids import parse
from app.store.organisations.users import hold_user
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.end_user import end_user
from app.wiring import Wiring
from behaviours.viewer import Viewer
from tests.app.organisations.conftest import live, live_app, office, watch
from tests.app.organisations.test_recoveries import begun, recovery
from tests.builders.answers import refusal
from tests.builders.held import while_held
from tests.builders.people import Http, Tokens, a_user
from tests.builders.staff import TOKEN, Office, Staff, Watch, a_password, phone_of, reason, shown_by

__all__ = ["live", "live_app", "office", "watch"]


@pytest.fixture(name="second")
def _second(live_app: Flask, live: Wiring) -> str:
    return Tokens(live_app, live)("operator")


class WayBack:
    """A way back of a new authority, which is good now."""

    def __init__(self, office: Office, watch: Watch, second: str) -> None:
        self.office, self.watch, self.second = office, watch, second
        self.user_id: str
        self.lost: Staff
        self.user_id, self.lost = office.hire("authority")
        self.code, self.url = begun(office, self.user_id, second)
        watch.wait(days=1)
        self.phone = phone_of(office.http, self.url)

    @property
    def id(self) -> UUID:
        return parse("usr", self.user_id)

    def body(self) -> dict[str, str]:
        """What its user sends, with a password of its own each time."""
        return {
            "password": a_password(),
            "code": shown_by(self.phone, self.watch),
            "release_code": self.code,
        }

    def come_in(self, password: str) -> Any:
        self.watch.wait(minutes=1)
        grant = {"grant_type": "password", "username": self.lost.username, "password": password}
        shown = shown_by(self.phone, self.watch)
        return self.office.http.post(TOKEN, {**grant, "one_time_code": shown})


@pytest.fixture(name="way")
def _way(office: Office, watch: Watch, second: str) -> WayBack:
    return WayBack(office, watch, second)


def test_of_many_who_come_by_one_way_back_one_gets_in(way: WayBack, live_app: Flask) -> None:
    bodies = [way.body() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: Http(live_app).post(way.url, body), bodies))
    assert sorted(each.status_code for each in answers) == [200, 410, 410, 410]
    assert {refusal(each) for each in answers if each.status_code == 410} == {(410, "LINK_OVER")}
    opened = [way.come_in(body["password"]).status_code for body in bodies]
    assert opened == [each.status_code if each.status_code == 200 else 400 for each in answers]


def test_who_waits_while_another_uses_it_finds_it_used(way: WayBack, live: Wiring) -> None:
    """The one holds the user; the other read the link before, and reads it again under the lock."""
    first = way.body()

    def hold(connection: Any) -> None:
        hold_user(connection, way.id)

    late = while_held(live.database, hold, lambda: way.office.http.post(way.url, first))
    assert late.status_code == 200
    again = way.office.http.post(way.url, way.body())
    assert refusal(again) == (410, "LINK_OVER")
    assert way.come_in(first["password"]).status_code == 200


def test_a_way_back_that_another_took_the_place_of_is_over(way: WayBack) -> None:
    old, body = way.url, way.body()
    way.code, way.url = begun(way.office, way.user_id, way.second)
    assert refusal(way.office.http.post(old, body)) == (410, "LINK_OVER")
    way.watch.wait(days=1)
    assert refusal(way.office.http.post(old, way.body())) == (410, "LINK_OVER")
    way.phone = phone_of(way.office.http, way.url)
    crossed = {**way.body(), "release_code": body["release_code"]}
    assert refusal(way.office.http.post(way.url, crossed)) == (400, "RELEASE_CODE_WRONG")
    assert way.office.http.post(way.url, way.body()).status_code == 200


def ending(way: WayBack, live: Wiring, role: str) -> Any:
    return partial(
        end_user,
        user_id=way.id,
        reason="Left the programme.",
        by=Viewer(role, None, a_user(live, role)),
        access_lifetime=LONGEST_LIFETIME,
        clock=live.clock,
    )


def test_who_was_ended_does_not_come_back(way: WayBack, live: Wiring) -> None:
    for role in ("operator", "authority"):
        live.database.transact(ending(way, live, role))
    assert refusal(way.office.http.post(way.url, way.body())) == (410, "LINK_OVER")
    anew = way.office.http.post(recovery(way.user_id), reason(), token=way.second)
    assert refusal(anew) == (409, "USER_STATE_CONFLICT")


def test_who_is_ended_while_coming_back_does_not(way: WayBack, live: Wiring) -> None:
    live.database.transact(ending(way, live, "operator"))
    body = way.body()
    late = while_held(
        live.database, ending(way, live, "authority"), lambda: way.office.http.post(way.url, body)
    )
    assert refusal(late) == (410, "LINK_OVER")
    assert refusal(way.come_in(body["password"])) == (400, "INVALID_GRANT")


def test_who_is_stopped_while_somebody_comes_back_is_decided_by_the_lock(
    way: WayBack, live: Wiring
) -> None:
    stop = f"{recovery(way.user_id)}/stop"
    assert way.office.http.post(stop, reason(), token=way.office.authority).status_code == 200
    assert refusal(way.office.http.post(way.url, way.body())) == (410, "LINK_OVER")


def test_who_was_locked_comes_back_with_what_two_people_gave(way: WayBack) -> None:
    """Wrong codes lock; that is what somebody else's guesses do, and a way back is the way out."""
    guess = {"grant_type": "password", "username": way.lost.username}
    for _ in range(12):
        way.watch.wait(minutes=20)
        wrong = {**guess, "password": way.lost.password, "one_time_code": "000000"}
        way.office.http.post(TOKEN, wrong)

    def state() -> str:
        seen = way.office.http.get(f"/v1/users/{way.user_id}", token=way.office.operator).json
        return str(seen["state"])

    assert state() == "locked"
    back = way.office.http.post(way.url, way.body())
    assert (back.status_code, state()) == (200, "active")
    assert refusal(way.office.http.post(way.url, way.body())) == (410, "LINK_OVER")
