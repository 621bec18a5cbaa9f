"""Levels and badges are what the books say at this moment, by what the programme has published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from app.factory import create_app
from behaviours.refusal import Refusal
from tests.builders.empty_market import market
from tests.builders.engagement import Riders
from tests.builders.people import Http, Tokens
from tests.builders.programmes import stating

__all__ = ["market"]

STATED = (
    '{levels: [{code: seed, name: {zh: 种子, en: Seed}, kg: "1"},'
    ' {code: tree, name: {zh: 大树, en: Tree}, kg: "2"}],'
    ' badges: [{code: first, name: {zh: 一, en: First}, actions: "1"},'
    ' {code: rider, name: {zh: 二, en: Rider}, actions: "2", behaviours: [travel, metro_ride]},'
    ' {code: eater, name: {zh: 三, en: Eater}, kg: "1", behaviours: [food]}]}'
)


@pytest.fixture
def riders(market) -> Riders:
    return Riders(replace(market, programmes=stating(engagement=STATED)), "a")


def had(riders: Riders) -> dict[str, tuple[str, bool]]:
    found = riders.reads("a", "/v1/me/badges")
    return {each["code"]: (each["have"], each["is_had"]) for each in found["badges"]}


def test_what_is_taken_back_takes_its_badges_along_in_the_same_moment(riders):
    assert had(riders) == {
        "first": ("0", False),
        "rider": ("0", False),
        "eater": ("0.000000", False),
    }
    one, two = riders.rides("a", 2)
    assert had(riders) | {"eater": ()} == {
        "first": ("2", True),
        "rider": ("2", True),
        "eater": (),
    }
    riders.takes_back(one)
    assert had(riders)["first"] == ("1", True)
    assert had(riders)["rider"] == ("1", False)
    riders.takes_back(two)
    assert had(riders)["first"] == ("0", False)


def test_a_level_is_reached_by_what_stands_and_left_with_what_is_taken_back(riders):
    empty = riders.reads("a", "/v1/me/badges")
    assert (empty["level"], empty["next_level"]["code"]) == (None, "seed")
    assert empty["missing_kg"] == "1.000000"
    # Each of them saves some 50 g.
    rides = riders.rides("a", 40)
    saved = Decimal(riders.reads("a", "/v1/me")["reduction_kg"])
    reached = riders.reads("a", "/v1/me/badges")
    assert 1 < saved < 2, saved
    assert (reached["level"]["code"], reached["next_level"]["code"]) == ("seed", "tree")
    assert Decimal(reached["missing_kg"]) == 2 - saved
    for ride in rides[:30]:
        riders.takes_back(ride)
    assert riders.reads("a", "/v1/me/badges")["level"] is None


def test_a_programme_that_states_none_has_none_and_what_is_stated_is_published(riders, market):
    told = riders.http.get("/v1/programme").json["engagement"]
    assert [each["code"] for each in told["levels"]] == ["seed", "tree"]
    assert [each["counts"] for each in told["badges"]] == ["actions", "actions", "reduction_kg"]
    plain = create_app(market)
    http, tokens = Http(plain), Tokens(plain, market)
    token = tokens("participant", tenant=riders.people["a"])
    found = http.get("/v1/me/badges", token=token).json
    assert found == {"level": None, "next_level": None, "missing_kg": None, "badges": []}


NAMED = "code: a, name: {zh: x, en: x}"


@pytest.mark.parametrize(
    ("wrong", "case"),
    [
        (f'levels: [{{{NAMED}, kg: "2"}}, {{{NAMED}, kg: "2"}}]', "levels_out_of_order"),
        (f"badges: [{{{NAMED}}}]", "badge_counts_one"),
        (f'badges: [{{{NAMED}, kg: "1", actions: "1"}}]', "badge_counts_one"),
        ('badges: [{code: A, name: {zh: x, en: x}, kg: "1"}]', "other_shape"),
        (f'badges: [{{{NAMED}, kg: "1"}}, {{{NAMED}, kg: "2"}}]', "code_twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_when_it_is_read(wrong, case):
    with pytest.raises(Refusal) as refused:
        stating(engagement=f"{{{wrong}}}")
    assert case in str(refused.value.facts["problem"])
