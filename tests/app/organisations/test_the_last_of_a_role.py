"""Somebody who acts for the whole programme is left of each role, whatever is done to the others,
and whoever does it at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.factory import create_app
from app.ids import public
from app.tokens import Caller
from app.wiring import Wiring
from behaviours.users import LastOfItsRole
from tests.builders.answers import refusal
from tests.builders.people import Http, Tokens
from tests.builders.processes import own_wiring
from tests.builders.staff import Office, Staff, Watch, reason

CANTON = "CN-440100"
Call = Callable[[], Any]
FOR_ALL = text(
    "select count(*) from app_user u where role = :role and state = 'active'"
    " and not exists (select from staff_area a where a.user_id = u.user_id)"
)


class Programme:
    """A programme of its own: who acts for it is who the test lets in."""

    def __init__(self, app: Flask, live: Wiring, watch: Watch) -> None:
        self.app, self.live, self.watch = app, live, watch
        self.tokens = Tokens(app, live)

    def send(self, path: str, body: dict[str, Any], by: Caller) -> Any:
        return Http(self.app).post(path, body, token=self.tokens.of(by))

    def limit(
        self, who: Caller, by: Caller, region: str | None = CANTON, *, also: Caller | None = None
    ) -> Any:
        """What ``by`` says; ``also`` signs that somebody answers for more than before."""
        body = {"region": region, "reason": "The city has a desk."}
        path = f"/v1/users/{public('usr', who.user_id)}/area"
        answer = self.send(path, body, by)
        return self.send(path, body, also) if also and answer.status_code == 202 else answer

    def end(self, who: Caller, by: Caller) -> Any:
        return self.send(f"/v1/users/{public('usr', who.user_id)}/end", reason(), by)

    def left(self, role: str) -> int:
        with self.live.database.engine.connect() as connection:
            return int(connection.execute(FOR_ALL, {"role": role}).scalar_one())

    def office(self) -> Office:
        http = Http(self.app)
        return Office(self.app, http, self.watch, self.tokens("operator"), self.tokens("authority"))


@pytest.fixture
def programme(settings, fresh_database: str, watch: Watch) -> Iterator[Programme]:
    live = replace(own_wiring(settings, fresh_database, mode="live"), clock=watch)
    yield Programme(create_app(live), live, watch)
    live.close()


def together(*calls: Call) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [each.result() for each in [pool.submit(call) for call in calls]]


def test_the_last_who_answers_for_all_is_neither_limited_nor_ended(programme: Programme) -> None:
    one, other = (programme.tokens.caller("authority") for _ in range(2))
    operator = programme.tokens.caller("operator")
    assert programme.limit(other, one).status_code == 200
    # Limited to a city, the other one is nobody who could act in its place.
    assert programme.end(one, operator).status_code == 409
    assert refusal(programme.end(one, operator)) == (409, LastOfItsRole.code)
    assert programme.limit(operator, one).status_code == 409
    assert refusal(programme.limit(operator, one)) == (409, LastOfItsRole.code)
    # From one city to another, and back to everything: nobody is lost by that.
    assert programme.limit(other, one, "CN-440300", also=operator).status_code == 200
    assert programme.limit(other, one, None, also=operator).status_code == 200
    assert programme.limit(one, other).status_code == 200
    assert (programme.left("authority"), programme.left("operator")) == (1, 1)


def test_of_two_who_are_limited_and_ended_at_once_one_is_left(programme: Programme) -> None:
    """An authority limits one operator while another authority signs the end of the other."""
    signers = [programme.tokens.caller("authority") for _ in range(2)]
    for _ in range(4):
        one, other = (programme.tokens.caller("operator") for _ in range(2))
        assert programme.end(other, one).status_code == 202
        answers = together(
            lambda one=one: programme.limit(one, signers[0]),
            lambda other=other: programme.end(other, signers[1]),
        )
        assert sorted(each.status_code for each in answers) == [200, 409], answers
        assert {refusal(each)[1] for each in answers if each.status_code == 409} == {
            LastOfItsRole.code
        }
        assert programme.left("operator") == 1
        # Whoever is left makes room for the next two.
        with programme.live.database.engine.begin() as connection:
            connection.execute(text("update app_user set state = 'ended', ended_at = now(),"
                                    " password_hash = null where role = 'operator'"))  # fmt: skip


def test_two_limits_at_once_leave_one_operator_for_all(programme: Programme) -> None:
    authority = programme.tokens.caller("authority")
    one, other = (programme.tokens.caller("operator") for _ in range(2))
    for _ in range(5):
        answers = together(
            lambda: programme.limit(one, authority), lambda: programme.limit(other, authority)
        )
        assert sorted(each.status_code for each in answers) == [200, 409]
        assert programme.left("operator") == 1
        for each, left in ((one, other), (other, one)):
            assert programme.limit(each, authority, None, also=left).status_code == 200


def wrong(who: Staff, times: int) -> list[Any]:
    """Somebody with the password shows codes of no authenticator."""
    code = next(code for code in ("000000", "111111") if code not in map(who.code, (-1, 0, 1)))
    return [
        who.come_in(code, environ_base={"REMOTE_ADDR": f"127.3.{len(who.username)}.{number}"})
        for number in range(times)
    ]


def alone(programme: Programme, *keep: str) -> None:
    """Only these operators are left; the others were of the test's own making."""
    with programme.live.database.engine.begin() as connection:
        connection.execute(
            text("update app_user set state = 'ended', ended_at = now(), password_hash = null"
                 " where role = 'operator' and username <> all(:keep)"),
            {"keep": list(keep)},
        )  # fmt: skip


def test_wrong_codes_do_not_shut_the_last_one_out_and_open_nothing(programme: Programme) -> None:
    office = programme.office()
    user_id, last = office.hire("operator")
    alone(programme, last.username)
    told = wrong(last, 11)
    assert {refusal(each) for each in told} == {(400, "WRONG_CODE")}, "nobody is locked"
    # Guessing is worth nothing from now on, not even the right code.
    answer = last.come_in(last.fresh_code(), headers={"Accept-Language": "en"})
    assert refusal(answer) == (400, "WRONG_CODE")
    assert "recovery code" in answer.json["detail"]
    by_paper = last.come_in(last.recovery_codes[0])
    assert by_paper.status_code == 200, by_paper.text
    assert last.come_in(last.fresh_code()).status_code == 200, "and the authenticator is good again"
    state = office.http.get(f"/v1/users/{user_id}", token=office.authority).json["state"]
    assert state == "active"


def test_of_two_who_are_locked_at_once_one_can_come_in(programme: Programme) -> None:
    office = programme.office()
    hired = [office.hire("operator")[1] for _ in range(2)]
    alone(programme, *(each.username for each in hired))
    for each in hired:
        wrong(each, 9)
    answers = together(*(lambda each=each: wrong(each, 1)[0] for each in hired))
    assert sorted(refusal(each)[1] for each in answers) == ["INVALID_GRANT", "WRONG_CODE"]
    assert programme.left("operator") == 1
    let_in = [each.come_in(each.recovery_codes[0]).status_code for each in hired]
    assert sorted(let_in) == [200, 400]


def test_a_way_back_that_is_stopped_ends_nobody(programme: Programme) -> None:
    office = programme.office()
    user_id, last = office.hire("authority")
    with programme.live.database.engine.begin() as connection:
        connection.execute(
            text("update app_user set state = 'ended', ended_at = now(), password_hash = null"
                 " where role = 'authority' and username <> :keep"),
            {"keep": last.username},
        )  # fmt: skip
    begun = office.http.post(f"/v1/users/{user_id}/recovery", reason(), token=office.operator)
    assert begun.status_code == 202, begun.text
    stopped = office.http.post(
        f"/v1/users/{user_id}/recovery/stop", reason(), token=office.operator
    )
    assert stopped.status_code == 200, stopped.text
    assert last.come_in(last.fresh_code()).status_code == 200
    assert programme.left("authority") == 1
