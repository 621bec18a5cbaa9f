"""Caps: of which period a day is, and which caps an action shares."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from behaviours.document import DocumentError
from rewards.points.caps import PERIODS, Cap, CapRule, period_start
from rewards.points.policy import read_documents
from rewards.points.policy_reading import PolicyDocument
from tests.builders.policies import published, write_policy

MONDAY = date(2026, 3, 9)
SPRING = {
    "title_zh": "绿色出行月",
    "title_en": "Month of green travel",
    "first_day": MONDAY,
    "last_day": MONDAY + timedelta(days=6),
    "behaviours": ["metro_ride", "bus_ride"],
    "percent": 150,
}


def read(root: Path, **changes: Any) -> PolicyDocument:
    [document] = published(write_policy(root, changes))
    return document


def refused(root: Path, **changes: Any) -> tuple[str, str]:
    with pytest.raises(DocumentError) as wrong:
        read_documents(write_policy(root, changes))
    return wrong.value.facts["field"], wrong.value.facts["problem"].removeprefix("fault:")


def test_a_week_begins_on_monday_and_a_year_at_new_year() -> None:
    sunday, new_year = MONDAY + timedelta(days=6), date(2027, 1, 1)
    assert period_start("week", sunday) == period_start("week", MONDAY) == MONDAY
    # A Friday, whose week began in the year before.
    assert period_start("week", new_year) == date(2026, 12, 28)
    assert period_start("year", new_year - timedelta(days=1)) == date(2026, 1, 1)
    assert period_start("month", date(2028, 2, 29)) == date(2028, 2, 1)


@given(st.sampled_from(PERIODS), st.dates())
def test_a_period_begins_once_and_holds_each_of_its_days(period: str, day: date) -> None:
    first = period_start(period, day)
    assert first <= day
    assert period_start(period, first) == first
    assert day - first < timedelta(days={"day": 1, "week": 7, "month": 31, "year": 366}[period])


def test_an_action_shares_the_caps_of_its_behaviour_its_scene_and_of_all(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        **{"behaviours.metro_ride": {"points_per_day": 10, "points_per_week": 40}},
        scenes={"travel": {"points_per_month": 500}},
        programme={"points_per_year": 9_000},
    )
    assert document.caps_of("metro_ride", "travel") == [
        CapRule("metro_ride:per_day", "day", 10),
        CapRule("metro_ride:per_week", "week", 40),
        CapRule("scene.travel:per_month", "month", 500),
        CapRule("programme:per_year", "year", 9_000),
    ]
    other = [cap.code for cap in document.caps_of("own_bag", "shopping")]
    assert other == ["own_bag:per_day", "programme:per_year"]
    wednesday = MONDAY + timedelta(days=2)
    assert CapRule("x", "week", 40).on(wednesday) == Cap("x", 40, MONDAY)


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        (
            {"default": {"points_per_day": 10, "points_per_month": 9}},
            "default.points_per_month",
            "policy.shorter_allows_more",
        ),
        ({"default": {"points_per_month": 9}}, "default", "missing"),
        ({"programme": {}}, "programme", "policy.no_limit"),
        ({"scenes": {"travel": {}}}, "scenes.travel", "policy.no_limit"),
        ({"scenes": {"travel": {"points_per_hour": 5}}}, "scenes.travel.points_per_hour", ""),
        (
            {"campaigns": {"spring": {**SPRING, "percent": 100}}},
            "campaigns.spring.percent",
            "policy.campaign_takes",
        ),
        (
            {"campaigns": {"spring": {**SPRING, "last_day": MONDAY - timedelta(days=1)}}},
            "campaigns.spring.last_day",
            "ends_before_start",
        ),
        (
            {"campaigns": {"spring": {**SPRING, "first_day": date(2019, 12, 31)}}},
            "campaigns.spring.first_day",
            "policy.campaign_early",
        ),
        (
            {
                "campaigns": {
                    "spring": SPRING,
                    "again": {
                        **SPRING,
                        "first_day": SPRING["last_day"],
                        "last_day": date(2026, 4, 1),
                        "behaviours": ["bus_ride"],
                    },
                }
            },
            "campaigns.spring",
            "policy.campaigns_meet",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_by_the_field(
    tmp_path: Path, changes: dict[str, Any], field: str, problem: str
) -> None:
    found = refused(tmp_path, **changes)
    assert found[0] == field
    assert not problem or found[1] == problem


def test_campaigns_of_other_days_or_other_behaviours_stand_beside_each_other(
    tmp_path: Path,
) -> None:
    later = {**SPRING, "first_day": date(2026, 4, 1), "last_day": date(2026, 4, 2)}
    bikes = {**SPRING, "behaviours": ["bike_ride"], "percent": 200}
    document = read(tmp_path, campaigns={"spring": SPRING, "later": later, "bikes": bikes})
    assert [each.code for each in document.campaigns if each.covers("bus_ride", MONDAY)] == [
        "spring"
    ]
    assert [each.code for each in document.campaigns if each.covers("bike_ride", MONDAY)] == [
        "bikes"
    ]
    after = SPRING["last_day"] + timedelta(days=1)
    assert not any(each.covers("metro_ride", after) for each in document.campaigns)
