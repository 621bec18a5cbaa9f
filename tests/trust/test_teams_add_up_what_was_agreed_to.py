"""A team's total is the sum of what its members did as members and agree to have counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from app.ids import parse, public
from tests.builders.answers import refusal
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market
from tests.builders.engagement import Riders

__all__ = ["market"]


@pytest.fixture
def riders(market) -> Riders:
    return Riders(market)


def shown(riders: Riders, name: str, team: str):
    found = riders.reads(name, f"/v1/teams/{team}")
    return found["members"], found["actions"], found["reduction_kg"]


def test_the_total_is_what_members_did_as_members_and_goes_with_what_is_taken_back(riders):
    before = riders.rides("a")
    team = riders.makes("a")
    riders.joins("bcde", team)
    made = {name: riders.rides(name) for name in "abcde"}
    # By hand and kept are the same, and so they stay however often they are counted.
    one = riders.reads("a", f"/v1/teams/{team}")
    assert (one["members"], one["actions"], one["own_actions"]) == (5, 5, 1)
    assert riders.counts() == 5
    assert riders.reads("a", f"/v1/teams/{team}") == one
    each = riders.reads("a", f"/v1/actions/{made['a'][0]}")["reduction"]["reduction_kg"]
    assert one["own_reduction_kg"] == each
    # One that was reported later, of a time before, is none of the team's.
    riders.takes_back(before[0])
    riders.rides("f")
    assert shown(riders, "a", team) == (5, 5, one["reduction_kg"])
    riders.rides("b")
    assert shown(riders, "a", team)[1] == 6
    for action in (*made["b"], *made["c"]):
        riders.takes_back(action)
    # Of four people with something in it, and nothing of who has nothing in it any more.
    assert shown(riders, "a", team) == (5, None, None)
    riders.rides("c")
    assert shown(riders, "a", team)[1] == 5
    riders.counts()
    assert_books_balance(riders.wiring)


def test_of_few_people_nothing_but_ones_own_is_told(riders):
    team = riders.makes("a")
    riders.joins("bcd", team)
    for name in "abcd":
        riders.rides(name)
    assert shown(riders, "a", team) == (4, None, None)
    assert riders.reads("a", f"/v1/teams/{team}")["own_actions"] == 1
    riders.joins("e", team)
    # A fifth who did nothing makes it no safer.
    assert shown(riders, "a", team) == (5, None, None)
    riders.rides("e")
    assert shown(riders, "a", team)[1] == 5


def test_who_leaves_lets_it_stay_and_who_takes_the_consent_back_takes_all_of_it(riders):
    team = riders.makes("a")
    riders.joins("bcdef", team)
    for name in "abcdef":
        riders.rides(name)
    riders.counts()
    left = riders.asks("b", f"/v1/teams/{team}/leave")
    assert (left.status_code, left.json["actions"], left.json["members"]) == (200, 6, 5)
    assert refusal(riders.asks("b", f"/v1/teams/{team}/leave")) == (409, "MEMBERSHIP_ENDED")
    riders.rides("b")
    assert shown(riders, "a", team)[:2] == (5, 6)
    riders.joins("b", team)
    riders.rides("b")
    assert shown(riders, "a", team)[:2] == (6, 7)
    # Every time in it, not the last one alone.
    assert riders.asks("b", f"/v1/teams/{team}/withdraw").status_code == 204
    assert shown(riders, "a", team)[:2] == (5, 5)
    gone = riders.http.get(f"/v1/teams/{team}", token=riders.own("b"))
    assert refusal(gone) == (404, "NOT_FOUND")
    listed = riders.reads("b", "/v1/teams")["data"]
    assert [each["withdrawn_at"] is not None for each in listed] == [True, True]
    assert {each["reduction_kg"] for each in listed} == {None}
    riders.counts()
    assert_books_balance(riders.wiring)


def test_who_leaves_the_programme_is_in_no_sum_any_more(riders):
    team = riders.makes("a")
    riders.joins("bcdef", team)
    for name in "abcdef":
        riders.rides(name)
    riders.counts()
    riders.leaves_programme("c")
    assert shown(riders, "a", team)[:2] == (5, 5)
    assert_books_balance(riders.wiring)


def test_nobody_is_in_two_teams_of_a_kind_and_its_maker_alone_closes_one(riders):
    team, school = riders.makes("a"), riders.makes("a", "school")
    other = riders.makes("b")
    assert refusal(riders.asked_in("a", other)) == (409, "IN_TEAM_OF_KIND")
    again = riders.asks("a", "/v1/teams", {"kind": "school", "name": "Two", "text_version": "1"})
    assert refusal(again) == (409, "IN_TEAM_OF_KIND")
    riders.joins("c", team)
    assert riders.reads("c", f"/v1/teams/{team}")["is_administrator"] is False
    assert refusal(riders.asks("c", f"/v1/teams/{team}/close")) == (403, "TEAM_OF_ANOTHER")
    assert refusal(riders.asks("d", f"/v1/teams/{team}/close")) == (404, "NOT_FOUND")
    closed = riders.asks("a", f"/v1/teams/{team}/close")
    assert (closed.json["members"], closed.json["is_administrator"]) == (0, False)
    assert refusal(riders.asked_in("d", team)) == (409, "TEAM_CLOSED")
    # Who was in it is free to join another.
    riders.joins("c", other)
    assert riders.reads("a", f"/v1/teams/{school}")["is_administrator"] is True
    assert_books_balance(riders.wiring)


def test_a_name_tells_nobodys_number_and_a_text_that_is_no_teams_is_none(riders):
    for name, case in (("13800138000", "characters"), ("call 138 0013 8000", "digits")):
        answer = riders.asks(
            "a", "/v1/teams", {"kind": "friends", "name": name, "text_version": "1"}
        )
        assert refusal(answer) == (422, "CHOSEN_NAME_UNFIT"), case
    answer = riders.asks("a", "/v1/teams", {"kind": "x", "name": "Two", "text_version": "1"})
    assert refusal(answer)[0] == 422
    unread = {"kind": "friends", "name": "Two", "text_version": "nobody wrote it"}
    assert refusal(riders.asks("a", "/v1/teams", unread)) == (422, "TEXT_NOT_IN_FORCE")
    unknown = riders.asked_in("a", public("team", riders.people["a"]))
    assert refusal(unknown) == (404, "NOT_FOUND")


def test_joining_two_teams_and_closing_at_the_same_moment_leaves_nobody_between(riders):
    """Whichever comes first: one membership of a kind, and none in a team that is closed."""
    made = [riders.makes(name) for name in "abc"]
    with ThreadPoolExecutor(8) as pool:
        closing = [pool.submit(riders.asks, "a", f"/v1/teams/{made[0]}/close")]
        joining = [pool.submit(riders.asked_in, name, team) for name in "defg" for team in made]
        assert closing[0].result().status_code == 200
        answers = [each.result() for each in joining]
    for name, own in zip("defg", zip(*[iter(answers)] * 3, strict=True), strict=True):
        assert sum(each.status_code == 201 for each in own) >= 1, name
    with riders.wiring.database.engine.connect() as connection:
        standing = connection.execute(
            text(
                "select count(*), count(distinct participant_id),"
                " count(*) filter (where team_id = :closed) from team_member where left_at is null"
            ),
            {"closed": parse("team", made[0])},
        ).one()
    assert (standing[0], standing[2]) == (standing[1], 0)
    assert_books_balance(riders.wiring)


def test_a_sum_that_was_counted_beside_who_leaves_is_not_kept(riders):
    team = riders.makes("a")
    riders.joins("bcde", team)
    for name in "abcde":
        riders.rides(name, 2)
    with ThreadPoolExecutor(6) as pool:
        steps = [pool.submit(riders.counts) for _ in range(3)]
        steps += [pool.submit(riders.asks, "b", f"/v1/teams/{team}/leave")]
        steps += [pool.submit(riders.asks, "c", f"/v1/teams/{team}/withdraw")]
        for each in steps:
            each.result()
    assert_books_balance(riders.wiring)
    riders.counts()
    assert_books_balance(riders.wiring)


def test_the_audit_sees_a_sum_that_is_not_that_of_the_actions(riders):
    team = riders.makes("a")
    riders.joins("b", team)
    riders.rides("a")
    riders.counts()
    assert_each_is_seen(
        riders.wiring,
        {
            "update team_member set saved_mg = saved_mg + 1 where actions = 1": ["team_sums"],
            "update team_member set kind = 'school'": ["team_sums"],
            "update team_member set text_version = 'nobody wrote it'": ["team_sums"],
            "update team set closed_at = now()": ["team_sums"],
            "delete from team": ["team_sums"],
        },
    )


def test_who_leaves_everything_beside_teams_that_close_waits_for_nobody_in_a_ring(riders):
    first, second = riders.makes("a"), riders.makes("b", "school")
    riders.joins("cdef", first)
    riders.joins("fedc", second)
    for name in "cdef":
        riders.rides(name)
    riders.counts()
    with ThreadPoolExecutor(8) as pool:
        steps = [pool.submit(riders.leaves_programme, name) for name in "cdef"]
        steps += [pool.submit(riders.asks, "a", f"/v1/teams/{first}/close")]
        steps += [pool.submit(riders.asks, "b", f"/v1/teams/{second}/close")]
        for each in steps:
            each.result()
    for name, team in (("a", first), ("b", second)):
        assert riders.reads(name, f"/v1/teams/{team}")["closed_at"] is not None
        assert shown(riders, name, team) == (0, None, None)
    assert_books_balance(riders.wiring)
