"""Signals: marks that too many share, and people who would have been in two places."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.signals import (
    ENROLLED_TOGETHER,
    IMPOSSIBLE_SPEED,
    SAME_DEVICE,
    SAME_EVIDENCE,
    Crowd,
    Mark,
    ReportedOn,
    Stay,
    StaysOfList,
    is_looked_at,
    marks_of,
    stay_of,
    too_fast,
)
from behaviours.checks import NO_CHECKS, Checks, Together
from behaviours.places import Place
from behaviours.rules.factors import shipped_factors
from tests.behaviours.builders import NOW, an_action, judged

KEY = bytes(32)
CENTRES = shipped_factors().centres
AT = ReportedOn(NOW, date(2026, 6, 1), datetime(2026, 5, 31, 16, tzinfo=UTC))
HANGZHOU = Place(Decimal("30.2741"), Decimal("120.1551"))
GUANGZHOU = Place(Decimal("23.1291"), Decimal("113.2644"))
ALL = Checks(
    people_per_device=3,
    people_per_content=5,
    people_per_content_of={"bus_ride": 9},
    enrolled_together=Together(4, timedelta(minutes=30)),
    km_per_hour=400,
)


def accepted(behaviour: str = "metro_ride", **changes: object) -> AcceptedAction:
    """An action that its rule takes, with members that the builder of actions does not know."""
    found = judged(replace(an_action(behaviour), **changes))  # type: ignore[arg-type]
    assert isinstance(found, AcceptedAction), found
    return found


def marks(one: AcceptedAction, checks: Checks = ALL, at: ReportedOn = AT) -> dict[str, Mark]:
    return {each.code: each for each in marks_of(one, checks, at, KEY)}


def a_stay(begins: int, over: int, region: str = "CN-33", /, **more: object) -> Stay:
    """A ride from one minute of a day to another."""
    start = datetime(2026, 6, 1, tzinfo=UTC)
    told = {"is_ride": True, **more}
    return Stay(
        start + timedelta(minutes=begins),
        start + timedelta(minutes=over),
        region,
        **told,  # type: ignore[arg-type]
    )


def test_a_report_has_the_marks_that_the_programme_asks_for() -> None:
    found = marks(accepted(device="gate-7"))
    assert {code: mark.people for code, mark in found.items()} == {
        SAME_DEVICE: 3, SAME_EVIDENCE: 5, ENROLLED_TOGETHER: 4,
    }  # fmt: skip
    assert found[ENROLLED_TOGETHER].enrolled_after == NOW - timedelta(minutes=30)
    assert marks(accepted("bus_ride"))[SAME_EVIDENCE].people == 9
    assert SAME_DEVICE not in marks(accepted()), "none was named"
    assert marks(accepted(device="gate-7"), NO_CHECKS) == {}


def test_what_people_report_themselves_has_no_marks() -> None:
    own = accepted(device="gate-7")
    own = own._replace(action=replace(own.action, provider_id=""))
    assert marks(own) == {}
    assert not is_looked_at(own, replace(ALL, km_per_hour=None))


def test_one_device_is_another_on_another_day_and_at_another_provider() -> None:
    next_day = AT._replace(day=date(2026, 6, 2))
    digests = {
        marks(accepted(device="gate-7"))[SAME_DEVICE].digest,
        marks(accepted(device="gate-8"))[SAME_DEVICE].digest,
        marks(accepted(device="gate-7", provider_id="prv_2"))[SAME_DEVICE].digest,
        marks(accepted(device="gate-7"), at=next_day)[SAME_DEVICE].digest,
    }
    assert len(digests) == 4


def test_the_same_content_is_all_but_whose_it_is_and_its_numbers() -> None:
    one = marks(accepted("bike_ride"))[SAME_EVIDENCE].digest
    alike = accepted(
        "bike_ride", participant_id="par_2", external_id="x-2", evidence={"ride_id": "k-2"},
        quantities={"distance_km": "3.20"},
    )  # fmt: skip
    assert marks(alike)[SAME_EVIDENCE].digest == one
    further = accepted("bike_ride", quantities={"distance_km": "3.3"})
    later = accepted("bike_ride", occurred_at=an_action().occurred_at + timedelta(minutes=1))
    longer = accepted("bike_ride", ended_at=an_action().occurred_at + timedelta(minutes=9))
    assert one not in {marks(each)[SAME_EVIDENCE].digest for each in (further, later, longer)}


def test_a_span_of_time_begins_with_the_civil_day() -> None:
    spans = [
        marks(accepted(), at=AT._replace(now=AT.day_starts_at + timedelta(minutes=each)))
        for each in (0, 29, 30)
    ]
    first, same, next_one = (each[ENROLLED_TOGETHER].digest for each in spans)
    assert first == same != next_one


def test_a_reason_says_how_many_there_were_and_how_many_there_may_be() -> None:
    reason = marks(accepted(device="gate-7"))[SAME_DEVICE].reason(4)
    assert reason["code"] == SAME_DEVICE
    told = {each["name"]: each["value"] for each in reason["facts"]}
    assert (told["people"], told["people_at_most"], told["day"]) == ("4", "3", "2026-06-01")
    assert len(told["device"]) == 8, "enough to tell two apart, and not the device"


def test_a_crowd_counts_who_is_new_as_they_come_and_nobody_twice() -> None:
    crowd = Crowd(before=2, new={"ann", "ben"}, known={"eve"})
    assert [crowd.meet(each) for each in ("ann", "ann", "eve", "ben")] == [3, 3, 3, 4]
    assert crowd.meet("zoe") == 0, "who is not meant by the mark"


def test_a_stay_is_where_somebody_was_and_no_meters() -> None:
    ride = stay_of(accepted("metro_ride", ended_at=an_action().occurred_at + timedelta(minutes=20)))
    assert ride is not None
    assert ride.is_ride
    assert not ride.has_place
    meal = stay_of(accepted("clean_plate", start_place=HANGZHOU))
    assert meal is not None
    assert not meal.is_ride
    assert meal.has_place
    assert meal.starts_at == meal.ends_at
    assert stay_of(accepted("clean_plate")) is None, "nobody knows where"
    assert stay_of(accepted("distributed_pv", start_place=HANGZHOU)) is None


def test_what_no_check_concerns_is_not_looked_at() -> None:
    meal = accepted("clean_plate")
    assert not is_looked_at(meal, NO_CHECKS)
    assert not is_looked_at(meal, Checks(km_per_hour=400, people_per_device=3))
    assert is_looked_at(accepted("clean_plate", device="d"), Checks(people_per_device=3))
    assert is_looked_at(meal, Checks(people_per_content=1))
    assert is_looked_at(meal, Checks(enrolled_together=Together(1, timedelta(minutes=1))))
    assert is_looked_at(accepted("clean_plate", end_place=HANGZHOU), Checks(km_per_hour=400))


def test_only_a_field_is_kept_of_a_place() -> None:
    kept = a_stay(0, 9, start=HANGZHOU).kept()
    assert kept.start == Place(Decimal("30.27"), Decimal("120.16"))
    assert kept.end is None


@pytest.mark.parametrize(
    ("stay", "others", "is_too_fast"),
    [
        # Between Heilongjiang and Guangdong lies far more than half an hour's way.
        (a_stay(60, 90, "CN-44"), [a_stay(0, 30, "CN-23")], True),
        (a_stay(0, 30, "CN-23"), [a_stay(60, 90, "CN-44")], True),
        (a_stay(900, 930, "CN-44"), [a_stay(0, 30, "CN-23")], False),
        # Provinces that touch, one province, and two at one time say nothing.
        (a_stay(31, 60, "CN-32"), [a_stay(0, 30, "CN-33")], False),
        (a_stay(31, 60, "CN-3302"), [a_stay(0, 30, "CN-3301")], False),
        (a_stay(20, 60, "CN-44"), [a_stay(0, 30, "CN-23")], False),
        (a_stay(60, 90, "CN-44"), [], False),
    ],
)
def test_nobody_is_in_two_regions_faster_than_anybody_gets_there(
    stay: Stay, others: list[Stay], is_too_fast: bool
) -> None:
    reason = too_fast(stay, others, CENTRES, 400)
    assert (reason is not None) == is_too_fast
    if reason is not None:
        assert reason["code"] == IMPOSSIBLE_SPEED
        assert {each["name"]: each["value"] for each in reason["facts"]}["speed_at_most"] == "400"


def test_places_say_it_within_one_province_and_within_one_ride() -> None:
    near_the_border = Place(Decimal("28.0"), Decimal("120.7"))
    one = a_stay(0, 30, start=HANGZHOU, end=HANGZHOU)
    other = a_stay(31, 60, start=near_the_border, end=near_the_border)
    assert too_fast(other, [one], CENTRES, 400) is not None
    assert too_fast(other, [one], CENTRES, 20_000) is None
    flight = a_stay(0, 30, start=HANGZHOU, end=GUANGZHOU)
    reason = too_fast(flight, [], CENTRES, 400)
    assert reason is not None
    assert {each["name"]: each["value"] for each in reason["facts"]}["time_between"] == "30"
    assert too_fast(a_stay(0, 0, start=HANGZHOU, end=GUANGZHOU), [], CENTRES, 400) is None


def test_a_region_that_nobody_knows_the_middle_of_says_nothing() -> None:
    assert too_fast(a_stay(60, 90, "CN-44"), [a_stay(0, 30, "CN-23")], {}, 400) is None


def test_what_took_no_time_ended_where_it_began() -> None:
    at_once = a_stay(0, 0, "CN-33", is_ride=False, start=GUANGZHOU)
    assert at_once.ended(CENTRES) == GUANGZHOU.centre()
    assert a_stay(0, 9, "CN-33", start=GUANGZHOU).ended(CENTRES) == CENTRES["CN-33"]


def test_of_a_list_the_ones_just_before_and_after_are_looked_at() -> None:
    stays = StaysOfList()
    rides = [a_stay(begin, begin + 9) for begin in (0, 20, 40)]
    meal = a_stay(30, 30, is_ride=False, start=HANGZHOU)
    for each in (*rides, meal):
        stays.add("ann", each)
    between = a_stay(25, 28)
    assert stays.beside("ann", between) == [meal, rides[1], rides[2]]
    assert stays.beside("ben", between) == []
    # A ride with a place is one and not two.
    both = a_stay(50, 59, start=HANGZHOU)
    stays.add("ann", both)
    assert stays.beside("ann", a_stay(60, 61)) == [both]
