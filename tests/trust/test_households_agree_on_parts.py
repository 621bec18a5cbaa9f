"""A household's people agree to their parts; they are fixed once, and nobody is in two."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from app.ids import parse, public
from app.store.audit.households import HOUSEHOLDS
from behaviours.civil_time import civil_day
from tests.builders.answers import refusal
from tests.builders.audit import broken_of
from tests.builders.held import while_held
from tests.builders.people import Http, Tokens, a_participant, an_organisation, leaving
from tests.trust.test_children_have_guardians import Family

NOT_IN_IT = (404, "NOT_FOUND")
ENDED = (409, "HOUSEHOLD_VERSION_ENDED")
ELSEWHERE = (409, "IN_ANOTHER_HOUSEHOLD")


class Home:
    """People who live together, by letters."""

    def __init__(self, moving: Any) -> None:
        self.app, self.wiring = moving
        self.http, self.tokens = Http(self.app), Tokens(self.app, self.wiring)
        provider = an_organisation(self.wiring)
        self.people = {
            name: a_participant(self.wiring, provider_id=provider, scenes=()) for name in "abcd"
        }
        self._keys = count()

    def day(self, days: int) -> str:
        today = civil_day(self.wiring.clock.now(), self.wiring.zone)
        return (today + timedelta(days)).isoformat()

    def own(self, name: str) -> str:
        return self.tokens("participant", tenant=self.people[name])

    def proposes(self, by: str, at: str = "", /, **parts: int):
        return self.sends(by, at, [(self.people[name], part) for name, part in parts.items()])

    def sends(self, by: str, at: str, parts: Sequence[tuple[UUID, int]], **changes: object):
        members = [{"participant_id": public("par", who), "parts": part} for who, part in parts]
        body = {"text_version": "1", "members": members, **changes}
        path = f"/v1/me/households/{at}/versions" if at else "/v1/me/households"
        return Http(self.app).post(path, body, token=self.own(by), key=f"k{next(self._keys)}")

    def agrees(self, name: str, version: str, *, step: str = "agree"):
        path = f"/v1/me/household-versions/{version}/{step}"
        return Http(self.app).post(path, token=self.own(name))

    def leaves(self, name: str, household: str):
        return self.http.delete(f"/v1/me/households/{household}", token=self.own(name))

    def lives(self, **parts: int) -> dict[str, Any]:
        """A household that stands, of these people; the first proposed it."""
        first, *others = parts
        made = self.proposes(first, **parts)
        assert made.status_code == 202, made.text
        for name in others:
            assert self.agrees(name, made.json["id"]).status_code == 200
        return self.listed(first)[0]

    def listed(self, name: str) -> list[dict[str, Any]]:
        return self.http.get("/v1/me/households", token=self.own(name)).json["data"]

    def passes(self, days: int) -> None:
        self.wiring.clock.advance(days * 86_400)

    def broken(self) -> list[str]:
        return broken_of(self.wiring, HOUSEHOLDS, self._versions(), {"zone": str(self.wiring.zone)})

    def _versions(self) -> list[UUID]:
        found = {each["id"] for name in self.people for each in self.listed(name)}
        return [parse("hhv", each) for each in found]


@pytest.fixture
def home(moving) -> Home:
    return Home(moving)


def test_all_agree_and_from_the_next_day_the_parts_are_fixed(home):
    proposed = home.proposes("a", a=5_000, b=3_333, c=1_667)
    assert (proposed.status_code, proposed.json["state"]) == (202, "proposed"), proposed.text
    first = home.agrees("b", proposed.json["id"])
    assert (first.json["state"], first.json["holds_from"]) == ("proposed", None)
    last = home.agrees("c", proposed.json["id"])
    assert (last.json["state"], last.json["holds_from"]) == ("agreed", home.day(1))
    assert {each["parts"] for each in last.json["members"]} == {5_000, 3_333, 1_667}
    assert {each["agreed_by"] for each in last.json["members"]} == {"person"}
    for name in "abc":
        assert home.listed(name) == [last.json]
    assert home.listed("d") == []
    assert home.broken() == []


def test_a_later_day_is_kept_and_one_that_is_over_by_then_is_not(home):
    people = [(home.people[name], 5_000) for name in "ab"]
    past = home.sends("a", "", people, holds_from=home.day(0))
    assert refusal(past) == (422, "HOUSEHOLD_DAY_PASSED")
    made = home.sends("a", "", people, holds_from=home.day(3))
    assert home.agrees("b", made.json["id"]).json["holds_from"] == home.day(3)
    late = home.sends("a", made.json["household_id"], people, holds_from=home.day(4))
    home.passes(5)
    assert home.agrees("b", late.json["id"]).json["holds_from"] == home.day(1)
    assert home.broken() == []


@pytest.mark.parametrize(
    ("parts", "case"),
    [
        ({"a": 9_999, "b": 0}, "two people"),
        ({"a": 5_000, "b": 4_999}, "9999"),
        ({"a": 5_000, "b": 5_001}, "10001"),
        ({"a": 10_000, "b": 0}, "two people"),
        ({"b": 5_000, "c": 5_000}, "your own account"),
        ({"a": 5_000, "b": 5_000, "c": 0}, "one part at least"),
    ],
)
def test_parts_that_are_none_are_refused(home, parts, case):
    answer = home.proposes("a", **parts)
    assert refusal(answer) == (422, "HOUSEHOLD_PARTS_WRONG")
    assert case in answer.json["detail"].replace(",", "")
    assert home.listed("a") == []


def test_nobody_is_named_twice_and_no_part_is_a_fraction_or_less_than_nothing(home):
    a, b = home.people["a"], home.people["b"]
    twice = home.sends("a", "", [(a, 5_000), (b, 2_500), (b, 2_500)])
    assert refusal(twice) == (422, "HOUSEHOLD_PARTS_WRONG")
    for odd in (-1, 10_001, 5_000.0, "5000", True, None):
        assert home.sends("a", "", [(a, 5_000), (b, odd)]).status_code == 422
    assert home.sends("a", "", [(a, 5_000), (b, 5_000)], text_version="never").status_code == 422
    assert home.sends("a", "", [(a, 10_000)]).status_code == 422
    assert home.listed("b") == []


def test_nobody_is_in_a_household_without_agreeing(home):
    made = home.proposes("a", a=5_000, b=3_000, c=2_000).json["id"]
    assert home.agrees("b", made).json["state"] == "proposed"
    assert refusal(home.agrees("d", made)) == NOT_IN_IT
    again = home.agrees("b", made).json
    assert [each["agreed_at"] is None for each in again["members"]].count(True) == 1
    assert home.agrees("c", made, step="decline").json["ended_because"] == "declined"
    assert refusal(home.agrees("b", made)) == ENDED
    assert refusal(home.agrees("c", made)) == ENDED
    assert home.listed("a")[0]["state"] == "dropped"
    # Whether somebody who is named has an account is not told.
    unknown = home.sends("a", "", [(home.people["a"], 5_000), (uuid4(), 5_000)])
    assert unknown.status_code == 202
    taken_back = home.agrees("a", unknown.json["id"], step="decline")
    assert taken_back.json["ended_because"] == "withdrawn"
    assert home.broken() == []


def test_what_not_everybody_agrees_to_in_time_lapses(home):
    made = home.proposes("a", a=5_000, b=5_000).json
    home.wiring.clock.advance(int(home.wiring.programme.signed_for.total_seconds()) + 1)
    assert refusal(home.agrees("b", made["id"])) == ENDED
    assert home.lives(a=5_000, b=5_000)["state"] == "agreed"
    assert home.broken() == []


def test_other_parts_are_a_later_version_that_everybody_agrees_to_again(home):
    first = home.lives(a=5_000, b=5_000)
    home.passes(10)
    at = first["household_id"]
    assert refusal(home.proposes("a", at, a=9_000, c=1_000)) == (422, "HOUSEHOLD_PARTS_WRONG")
    assert refusal(home.proposes("c", at, a=9_000, c=1_000)) == NOT_IN_IT
    more = home.proposes("a", at, a=6_000, b=0, c=4_000).json
    assert refusal(home.proposes("b", at, a=1, b=9_999)) == (409, "HOUSEHOLD_VERSION_WAITS")
    assert home.agrees("c", more["id"]).json["state"] == "proposed", "who goes has a word too"
    assert home.listed("a")[1]["state"] == "agreed", "what stands goes on meanwhile"
    done = home.agrees("b", more["id"]).json
    assert (done["state"], done["holds_from"]) == ("agreed", home.day(1))
    before = home.listed("a")[1]
    assert (before["ended_because"], before["holds_until"]) == ("superseded", done["holds_from"])
    assert (before["holds_from"], before["members"]) == (first["holds_from"], first["members"])
    assert home.broken() == []


def test_who_went_has_no_say_any_more(home):
    at = home.lives(a=5_000, b=5_000)["household_id"]
    home.passes(2)
    more = home.proposes("a", at, a=6_000, b=0, c=4_000).json["id"]
    home.agrees("b", more)
    home.agrees("c", more)
    home.passes(2)
    assert refusal(home.leaves("b", at)) == NOT_IN_IT
    for name in "bd":
        assert refusal(home.proposes(name, at, **{name: 5_000, "a": 5_000})) == NOT_IN_IT
    assert home.listed("a")[0]["state"] == "agreed"
    assert home.lives(b=5_000, d=5_000)["state"] == "agreed"
    assert home.broken() == []


def test_two_who_propose_at_the_same_moment_leave_one_version_that_waits(home):
    at = home.lives(a=5_000, b=5_000)["household_id"]
    parts = {"a": (6_000, 4_000), "b": (4_000, 6_000)}
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda by: home.proposes(by, at, a=parts[by][0], b=parts[by][1]), "ab")
        )
    assert sorted(each.status_code for each in answers) == [202, 409]
    [refused] = [each for each in answers if each.status_code == 409]
    assert refusal(refused) == (409, "HOUSEHOLD_VERSION_WAITS")
    assert [each["state"] for each in home.listed("a")] == ["proposed", "agreed"]
    assert home.broken() == []


def test_who_leaves_ends_it_with_the_day_for_everybody(home):
    stood = home.lives(a=5_000, b=3_000, c=2_000)
    home.passes(3)
    assert refusal(home.leaves("d", stood["household_id"])) == NOT_IN_IT
    assert home.leaves("b", stood["household_id"]).status_code == 204
    for name in "abc":
        [over] = home.listed(name)
        assert (over["state"], over["ended_because"]) == ("ended", "left")
        assert (over["holds_from"], over["holds_until"]) == (stood["holds_from"], home.day(1))
        assert over["members"] == stood["members"]
    assert refusal(home.leaves("b", stood["household_id"])) == NOT_IN_IT
    assert home.lives(a=7_000, c=3_000)["holds_from"] == home.day(1)
    assert home.lives(b=5_000, d=5_000)["holds_from"] == home.day(1)
    assert home.broken() == []


def test_who_leaves_in_the_middle_of_a_change_is_in_neither(home):
    at = home.lives(a=5_000, b=5_000)["household_id"]
    home.passes(2)
    people = [(home.people[name], part) for name, part in (("a", 4_000), ("b", 6_000))]
    later = home.sends("a", at, people, holds_from=home.day(9)).json["id"]
    home.agrees("b", later)
    home.leaves("b", at)
    later_one, first = home.listed("b")
    assert later_one["holds_from"] == later_one["holds_until"] == home.day(9)
    assert first["holds_until"] == home.day(1)
    assert home.lives(b=5_000, d=5_000)["holds_from"] == home.day(1)
    assert home.broken() == []


def test_whose_account_is_closed_is_in_no_household(home):
    stood = home.lives(a=5_000, b=5_000)
    waits = home.proposes("c", c=5_000, b=5_000).json["id"]
    assert stood["state"] == "agreed"
    home.wiring.database.transact(leaving(home.wiring, home.people["b"]))
    assert home.listed("a")[0]["ended_because"] == "left"
    assert home.listed("c")[0]["state"] == "dropped"
    assert refusal(home.agrees("c", waits)) == ENDED
    assert home.broken() == []


def test_nobody_is_in_two_households(home):
    home.lives(a=5_000, b=5_000)
    other = home.proposes("c", c=5_000, b=5_000).json["id"]
    assert refusal(home.agrees("b", other)) == ELSEWHERE
    assert refusal(home.proposes("a", a=5_000, d=5_000)) == ELSEWHERE
    # Nor in two that wait.
    home.agrees("c", other, step="decline")
    home.proposes("c", c=5_000, d=5_000)
    assert refusal(home.proposes("c", c=1, d=9_999)) == ELSEWHERE
    assert home.broken() == []


def test_of_two_households_at_the_same_moment_one_has_the_person(home):
    wanted = [home.proposes(name, **{name: 5_000, "c": 5_000}).json["id"] for name in "abd"]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda version: home.agrees("c", version), wanted))
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
    assert {refusal(each) for each in answers if each.status_code == 409} == {ELSEWHERE}
    assert [each["state"] for each in home.listed("c")].count("agreed") == 1
    assert home.broken() == []


def test_who_agrees_while_another_leaves_fixes_nothing(home):
    made = home.proposes("a", a=5_000, b=5_000).json["id"]
    answer = while_held(
        home.wiring.database,
        leaving(home.wiring, home.people["a"]),
        lambda: home.agrees("b", made),
    )
    assert refusal(answer) == ENDED
    assert home.listed("b")[0]["ended_because"] == "left"
    assert home.broken() == []


def test_all_agree_at_the_same_moment_and_it_is_fixed_once(home):
    made = home.proposes("a", a=4_000, b=3_000, c=2_000, d=1_000).json["id"]
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda name: home.agrees(name, made), "bcd"))
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert sorted(each.json["state"] for each in answers) == ["agreed", "proposed", "proposed"]
    assert home.broken() == []


def test_for_a_child_the_guardian_agrees(moving):
    app, moved = moving
    family, home = Family(Http(app), Tokens(app, moved), moved), Home(moving)
    home.people |= {"g": family.guardian, "k": family.child}
    made = home.proposes("g", g=6_000, k=4_000)
    version = made.json["id"]
    assert refusal(home.agrees("k", version)) == (403, "GUARDIAN_DECIDES")
    at = f"/household-versions/{version}/agree"
    stranger = family.tokens("participant")
    assert refusal(family.http.post(family.path + at, token=stranger)) == NOT_IN_IT
    done = family.http.post(family.path + at, token=family.own)
    assert (done.status_code, done.json["state"]) == (200, "agreed")
    assert {each["agreed_by"] for each in done.json["members"]} == {"person", "guardian"}
    listed = family.http.get(f"{family.path}/households", token=family.own).json["data"]
    assert listed == [done.json]
    assert refusal(home.proposes("k", k=5_000, a=5_000)) == (403, "GUARDIAN_DECIDES")
    assert refusal(home.leaves("k", done.json["household_id"])) == (403, "GUARDIAN_DECIDES")
    left = family.http.delete(
        f"{family.path}/households/{done.json['household_id']}", token=family.own
    )
    assert left.status_code == 204
    assert home.broken() == []


def test_without_a_guardian_nobody_agrees_for_a_child(moving):
    app, moved = moving
    family, home = Family(Http(app), Tokens(app, moved), moved), Home(moving)
    home.people |= {"g": family.guardian, "k": family.child}
    made = home.proposes("a", a=6_000, k=4_000).json["id"]
    assert family.http.delete("/v1/me", token=family.own).status_code == 200
    assert refusal(home.agrees("k", made)) == (403, "GUARDIAN_DECIDES")
    at = f"{family.path}/household-versions/{made}/agree"
    assert family.http.post(at, token=family.own).status_code in (401, 404)
    assert home.listed("a")[0]["state"] == "proposed"


def test_a_dry_run_and_a_repeat_found_no_second_household(home):
    members = [{"participant_id": public("par", home.people[n]), "parts": 5_000} for n in "ab"]
    body = {"text_version": "1", "members": members}
    tried = home.http.post("/v1/me/households?dry_run=true", body, token=home.own("a"))
    assert tried.status_code == 200
    assert home.listed("a") == []
    token = home.own("a")
    both = [home.http.post("/v1/me/households", body, token=token, key="one") for _ in "ab"]
    assert both[0].json == both[1].json
    assert len(home.listed("b")) == 1


def test_the_export_has_ones_parts(home):
    home.lives(a=5_000, b=5_000)
    rows = home.http.get("/v1/me/export", token=home.own("b")).json["rows"]["household_member"]
    assert [(each["parts"], each["agreed_by"]) for each in rows] == [(5_000, "person")]


def test_only_people_have_households(home):
    for role in ("provider", "operator", "merchant"):
        answer = home.http.get("/v1/me/households", token=home.tokens(role))
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "change",
    [
        "update household_member set parts = parts + 1 where participant_id = :person",
        "update household_version set fixed_at = proposed_at where household_id = :home",
        "update household_version set holds_from = holds_from - 1 where household_id = :home",
        "update household_member set agreed_by = 'guardian' where participant_id = :person",
    ],
)
def test_the_audit_sees_what_was_not_agreed(home, change):
    stood = home.lives(a=5_000, b=5_000)
    assert home.broken() == []
    given = {"person": home.people["b"], "home": parse("hh", stood["household_id"])}
    asked = text(
        f"select distinct offender from ({HOUSEHOLDS.rows}) c (offender, bad)"
        " where bad is not false and offender = :id"
    )
    with home.wiring.database.engine.connect() as connection, connection.begin() as attempt:
        connection.execute(text(change), given)
        zone = str(home.wiring.zone)
        found = connection.execute(asked, {"zone": zone, "id": stood["id"]}).scalars().all()
        attempt.rollback()
    assert found == [stood["id"]]
