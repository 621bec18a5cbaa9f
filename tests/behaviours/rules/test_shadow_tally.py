"""What a shadow run counts: sums, who gains and loses, how changes spread, and the largest."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.actions.shipped import load_rulebook
from behaviours.rules.shadow import (
    LARGEST,
    VALUES_MAX,
    BadShadowPeriod,
    Spread,
    Tally,
    check_period,
    in_force_always,
)
from behaviours.rules.shadow_report import TallyShown

GROUP = ("metro_ride", "CN-44", "2026-01")
ANN, BEN, EVE = (UUID(int=each) for each in (1, 2, 3))


def a_tally(*rows: tuple[UUID, int, int]) -> Tally:
    """Of (person, old mg, new mg), the actions numbered from 1."""
    tally = Tally(lambda each: f"act_{each.int}")
    for number, (person, old_mg, new_mg) in enumerate(rows, 1):
        tally.add(person, UUID(int=number), GROUP, old_mg, new_mg)
    return tally


def report(*rows: tuple[UUID, int, int]) -> TallyShown:
    return a_tally(*rows).report()


def test_a_period_is_over_and_runs_forwards() -> None:
    today = date(2026, 3, 1)
    check_period(date(2026, 1, 1), today, today)
    for first, last, case in (
        (date(2026, 2, 2), date(2026, 2, 1), "backwards"),
        (date(2026, 2, 2), date(2026, 3, 2), "not_over"),
    ):
        with pytest.raises(BadShadowPeriod) as caught:
            check_period(first, last, today)
        assert caught.value.case == case


def test_a_rule_can_be_tried_on_days_before_it_held() -> None:
    for version in load_rulebook().versions():
        tried = in_force_always(version)
        assert tried.validity.in_force(date(1999, 1, 1))
        assert tried.validity.ends_on is None
        dated = [each for each in tried.reckoning.parameters if each.values]
        assert all(each.values[0].start == date.min for each in dated)
        assert tried.label == version.label


def test_totals_add_up_and_say_who_gains_and_who_loses() -> None:
    totals = report((ANN, 10, 15), (ANN, 10, 2), (BEN, 7, 7))["totals"]
    assert totals == {
        "actions": 3, "old_mg": "27", "new_mg": "24", "change_mg": "-3",
        "gain": {"actions": 1, "mg": "5"}, "lose": {"actions": 1, "mg": "8"},
        "unchanged": 1, "refused": 0,
    }  # fmt: skip


def test_people_are_counted_by_the_sum_of_what_they_did() -> None:
    people = report((ANN, 10, 15), (ANN, 10, 2), (BEN, 7, 7), (EVE, 1, 4))["people"]
    assert (people["people"], people["unchanged"], people["with_refusals"]) == (3, 1, 0)
    assert people["gain"] == {"people": 1, "mg": "3"}
    assert people["lose"] == {"people": 1, "mg": "3"}
    assert report()["people"]["people"] == 0


def test_groups_are_by_behaviour_region_and_month() -> None:
    tally = a_tally((ANN, 1, 2))
    tally.add(ANN, UUID(int=9), ("bus_ride", "CN-33", "2026-02"), 5, 5)
    groups = tally.report()["groups"]
    assert [(each["behaviour"], each["region"], each["actions"]) for each in groups] == [
        ("bus_ride", "CN-33", 1),
        ("metro_ride", "CN-44", 1),
    ]


def test_what_the_draft_refuses_saves_nothing_and_is_told_with_an_example() -> None:
    tally = a_tally((ANN, 5, 5))
    for number, refusal in enumerate((("B", "the first"), ("B", "another"), ("A", "third"))):
        tally.add(BEN, UUID(int=20 + number), GROUP, 5, 0, refusal)
    found = tally.report()
    assert found["refusals"] == [
        {"code": "B", "actions": 2, "for_example": "the first"},
        {"code": "A", "actions": 1, "for_example": "third"},
    ]
    assert (found["totals"]["refused"], found["people"]["with_refusals"]) == (3, 1)


def test_the_largest_changes_are_named_and_of_equal_ones_the_earlier() -> None:
    rows = [(ANN, 0, -change if change % 2 else change) for change in range(1, LARGEST + 5)]
    shown = report(*rows)["largest"]
    assert [abs(int(each["change_mg"])) for each in shown] == list(range(LARGEST + 4, 4, -1))
    equal = report(*[(ANN, 0, 5)] * (LARGEST + 3))["largest"]
    assert [each["action_id"] for each in equal] == [f"act_{at}" for at in range(1, LARGEST + 1)]
    assert report((ANN, 4, 4))["largest"] == []


def test_quantiles_are_values_that_occurred() -> None:
    spread = Spread()
    assert spread.shown() == {"exact": True, "quantiles": []}
    for value in range(-50, 51):
        spread.add(value)
    shown = {each["per_cent"]: each["change_mg"] for each in spread.shown()["quantiles"]}
    assert (shown[0], shown[50], shown[100]) == ("-50", "0", "50")


def test_a_spread_of_many_values_keeps_three_digits_of_each() -> None:
    spread = Spread()
    for value in range(VALUES_MAX + 1):
        spread.add(10_000 + value)
    spread.add(-987_654)
    assert not spread.exact
    assert len(spread.counts) < 1_000
    shown = spread.shown()
    assert shown["exact"] is False
    values = [int(each["change_mg"]) for each in shown["quantiles"]]
    assert values[0] == -987_000
    assert values[-1] == 30_000
    assert sum(spread.counts.values()) == VALUES_MAX + 2


@given(st.lists(st.tuples(st.sampled_from([ANN, BEN, EVE]), *[st.integers(0, 99)] * 2)))
def test_gains_less_losses_are_the_change_for_actions_and_for_people(
    rows: list[tuple[UUID, int, int]],
) -> None:
    found = report(*sorted(rows))
    change = sum(new - old for _, old, new in rows)
    for part in (found["totals"], found["people"]):
        assert int(part["gain"]["mg"]) - int(part["lose"]["mg"]) == change
    assert found["people"]["people"] == len({person for person, _, _ in rows})
