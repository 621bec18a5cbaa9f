"""Uniqueness within one list: the first action counts, and what collides takes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.uniqueness import first_collisions
from tests.behaviours.builders import NOW, an_accepted_action

START = NOW - timedelta(hours=20)


def a_ride(name: str, start: int, minutes: int = 10, person: str = "par_1") -> AcceptedAction:
    at = START + timedelta(minutes=start)
    return an_accepted_action(
        "metro_ride", participant_id=person, occurred_at=at,
        ended_at=at + timedelta(minutes=minutes), evidence={"ride_id": name},
    )  # fmt: skip


def metered(start: int, hours: int = 1, meter: str = "pv-1") -> AcceptedAction:
    at = START + timedelta(hours=start)
    return an_accepted_action(
        "distributed_pv", occurred_at=at, ended_at=at + timedelta(hours=hours),
        evidence={"meter_id": meter},
    )  # fmt: skip


def codes(actions: Sequence[AcceptedAction]) -> list[tuple[int, str] | None]:
    return [c and (c.earlier, c.refusal.code) for c in first_collisions(actions)]


def test_the_same_claim_by_two_people_counts_once():
    actions = [a_ride("r", 0), a_ride("r", 100, person="par_2"), a_ride("s", 200)]
    assert codes(actions) == [None, (0, "DUPLICATE_CLAIM"), None]


def test_a_metro_ride_and_a_bus_ride_of_one_id_are_one_action():
    bus = an_accepted_action("bus_ride", participant_id="par_2", evidence={"ride_id": "r"})
    assert codes([a_ride("r", 0), bus]) == [None, (0, "DUPLICATE_CLAIM")]


def test_a_person_is_in_one_ride_at_a_time():
    actions = [a_ride("a", 0), a_ride("b", 9), a_ride("c", 10), a_ride("d", 0, person="par_2")]
    assert codes(actions) == [None, (0, "OVERLAPPING_RIDE"), None, None]


def test_a_ride_around_another_overlaps_it():
    assert codes([a_ride("a", 5, 1), a_ride("b", 0, 30)]) == [None, (0, "OVERLAPPING_RIDE")]


def test_what_collided_takes_nothing():
    actions = [a_ride("a", 0), a_ride("b", 5, 30), a_ride("c", 20)]
    assert codes(actions) == [None, (0, "OVERLAPPING_RIDE"), None]


def test_a_meter_interval_is_claimed_once_and_the_next_may_touch_it():
    actions = [
        metered(0, 2),
        metered(1),
        metered(2),
        metered(0, meter="PV-1"),
        metered(0, meter="x"),
    ]
    assert codes(actions) == [
        None, (0, "OVERLAPPING_METER_INTERVAL"), None, (0, "OVERLAPPING_METER_INTERVAL"), None,
    ]  # fmt: skip


def test_the_two_sides_of_an_exclusion_do_not_meet_in_one_period():
    actions = [
        an_accepted_action("household_electricity"),
        metered(0),
        an_accepted_action("efficient_air_conditioner"),
    ]
    assert codes(actions) == [
        None, (0, "EXCLUDED_BY_OTHER_BEHAVIOUR"), (0, "EXCLUDED_BY_OTHER_BEHAVIOUR"),
    ]  # fmt: skip
    stranger = actions[1]._replace(action=replace(actions[1].action, participant_id="par_2"))
    assert codes([actions[0], stranger]) == [None, None]


def test_a_refusal_names_what_collides_and_nobody():
    collision = first_collisions([a_ride("r", 0), a_ride("r", 100, person="par_2")])[1]
    assert collision is not None
    assert collision.refusal.facts == {"collides_on": "ride"}


RIDES = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20), st.sampled_from(["p", "q"])), max_size=25
)


@given(RIDES)
def test_the_fast_answer_is_that_of_comparing_all_pairs(rides):
    actions = [
        a_ride(f"r{i}", start, minutes, person) for i, (start, minutes, person) in enumerate(rides)
    ]
    accepted: list[int] = []
    collides = []
    for index, (start, minutes, person) in enumerate(rides):
        hits = [
            other
            for other in accepted
            if rides[other][2] == person
            and rides[other][0] < start + minutes
            and start < rides[other][0] + rides[other][1]
        ]
        collides.append(bool(hits))
        if not hits:
            accepted.append(index)
    found = first_collisions(actions)
    assert [c is not None for c in found] == collides
    assert all(c is None or c.earlier in accepted for c in found)


@pytest.mark.parametrize("count", [4000])
def test_long_lists_of_one_person_stay_fast(count):
    accepted = a_ride("r", 0)
    actions = [
        accepted._replace(
            claims=(),
            person_interval=(
                START + timedelta(seconds=-2 * i),
                START + timedelta(seconds=1 - 2 * i),
            ),
        )
        for i in range(count)
    ]
    assert not any(first_collisions(actions))


def checked_in(
    name: str, start: int, proof: str = "check_in", person: str = "par_1"
) -> AcceptedAction:
    at = START + timedelta(minutes=start)
    return an_accepted_action(
        "proven_transit_ride", participant_id=person, occurred_at=at,
        ended_at=at + timedelta(minutes=20),
        evidence={"ride_id": name, "mode": "bus", "proof": proof},
    )  # fmt: skip


def test_a_ride_is_claimed_by_one_path_only_whatever_proves_it():
    by_number = [checked_in("r", 0), checked_in("r", 300, "screenshot"), a_ride("r", 600)]
    assert codes(by_number) == [None, (0, "DUPLICATE_CLAIM"), (0, "DUPLICATE_CLAIM")]
    by_time = [checked_in("a", 0), checked_in("b", 10, "screenshot"), a_ride("c", 15)]
    assert codes(by_time) == [None, (0, "OVERLAPPING_RIDE"), (0, "OVERLAPPING_RIDE")]


def test_kilometres_and_charging_of_one_day_are_an_either_or():
    at = START
    driven = an_accepted_action("ev_distance", occurred_at=at, ended_at=at + timedelta(hours=2))
    charged = an_accepted_action("ev_charging", occurred_at=at + timedelta(hours=3))
    assert codes([driven, charged]) == [None, (0, "EXCLUDED_BY_OTHER_BEHAVIOUR")]
    assert codes([charged, driven]) == [None, (0, "EXCLUDED_BY_OTHER_BEHAVIOUR")]
    other = an_accepted_action(
        "ev_charging", participant_id="par_2", occurred_at=at + timedelta(hours=3)
    )
    assert codes([driven, other]) == [None, None]


def test_a_car_and_its_interval_are_claimed_once_whoever_drives():
    at = START
    first = an_accepted_action("ev_distance", occurred_at=at, ended_at=at + timedelta(hours=4))
    again = an_accepted_action(
        "ev_distance", participant_id="par_2", occurred_at=at + timedelta(hours=3),
        ended_at=at + timedelta(hours=5),
    )  # fmt: skip
    assert codes([first, again]) == [None, (0, "OVERLAPPING_METER_INTERVAL")]


def test_the_kilowatt_hours_of_one_meter_are_one_action_under_either_rule():
    at = START
    by_rule = [
        an_accepted_action(
            behaviour, occurred_at=at, ended_at=at + timedelta(hours=1),
            evidence=dict(an_accepted_action(behaviour).evidence) | {"meter_id": "one-meter"},
        )
        for behaviour in ("distributed_pv", "pv_project")
    ]  # fmt: skip
    assert codes(by_rule) == [None, (0, "OVERLAPPING_METER_INTERVAL")]


def test_a_person_walks_through_a_day_once_and_two_people_each_their_own():
    steps = [
        an_accepted_action("walking", participant_id=person, evidence={"trace_id": trace})
        for person, trace in (("par_1", "a"), ("par_1", "b"), ("par_2", "c"))
    ]
    assert codes(steps) == [None, (0, "DUPLICATE_CLAIM"), None]
