"""Who may enter a bundle: everything that speaks against a reduction keeps it out and is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.pooling.documents import Conditions
from rewards.pooling.eligibility import (
    GrantedEntrustment,
    PoolCandidate,
    exclusions,
    good_enough,
    is_eligible,
    may_stay,
)
from rewards.registry.refusals import UnknownUnitClass
from rewards.registry.unit_classes import UNIT_CLASSES

DAY = date(2026, 3, 2)
ALL_YEAR = GrantedEntrustment(None, date(2026, 1, 1), date(2026, 12, 31))
GOOD = PoolCandidate("pv", "project", "official", "CN-44", 2026, DAY, 1000, (ALL_YEAR,))
WANTED = Conditions("pv", 2026, "CN-44", date(2026, 1, 1), date(2026, 6, 30), "voluntary")
OPERATOR, AUTHORITY = ("operator", UUID(int=1)), ("authority", UUID(int=2))

# In the order in which reasons are told. The day is after the bundle's and within the entrustment.
AGAINST: dict[str, dict[str, Any]] = {
    "other_methodology": {"methodology": "ride"},
    "other_region": {"region": "CN-33"},
    "other_vintage": {"vintage": 2025},
    "other_days": {"occurred_on": date(2026, 7, 1)},
    "saves_nothing": {"saved_mg": 0},
    "behaviour_only": {"action_class": "behaviour_only"},
    "weak_figures": {"provenance": "press"},
    "reversed": {"is_reversed": True},
    "in_a_bundle": {"bundle_id": UUID(int=9)},
    "of_a_covered_emitter": {"covered_emitter": True},
    "declared_elsewhere": {"declared_elsewhere": True},
    "not_entrusted": {"entrustments": ()},
}


def test_what_meets_every_condition_enters() -> None:
    assert exclusions(GOOD, WANTED) == []
    everything = replace(WANTED, methodology=None, region=None)
    assert is_eligible(replace(GOOD, methodology="ride", region="CN-33"), everything)


def test_all_reasons_together_are_told_in_one_order() -> None:
    for which in product([False, True], repeat=len(AGAINST)):
        reasons = [reason for reason, holds in zip(AGAINST, which, strict=True) if holds]
        changes = {name: value for each in reasons for name, value in AGAINST[each].items()}
        candidate = replace(GOOD, **changes)
        assert exclusions(candidate, WANTED) == reasons
        assert is_eligible(candidate, WANTED) == (not reasons)


@pytest.mark.parametrize(
    ("on", "within"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_the_first_and_the_last_day_of_a_bundle_are_of_it(on: date, *, within: bool) -> None:
    always = GrantedEntrustment(None, date.min, date.max)
    candidate = replace(GOOD, occurred_on=on, entrustments=(always,))
    assert ("other_days" not in exclusions(candidate, WANTED)) == within


@pytest.mark.parametrize(
    ("wanted", "own", "enters"),
    [
        (None, "CN-44", True),
        ("CN-44", "CN-44", True),
        ("CN-44", "CN-4403", True),
        ("CN-4403", "CN-4403", True),
        ("CN-4403", "CN-4401", False),
        # Who lives where only the province is known lives in none of its cities.
        ("CN-4403", "CN-44", False),
        ("CN-44", "CN-33", False),
    ],
)
def test_a_bundle_of_a_province_gathers_its_cities_and_not_the_other_way(
    wanted: str | None, own: str, *, enters: bool
) -> None:
    found = exclusions(replace(GOOD, region=own), replace(WANTED, region=wanted))
    assert found == ([] if enters else ["other_region"])


@pytest.mark.parametrize(
    ("entrustment", "covers"),
    [
        (ALL_YEAR, True),
        (ALL_YEAR._replace(methodology="pv"), True),
        (ALL_YEAR._replace(methodology="ride"), False),
        (ALL_YEAR._replace(occurred_from=DAY), True),
        (ALL_YEAR._replace(occurred_from=date(2026, 3, 3)), False),
        (ALL_YEAR._replace(occurred_to=DAY), True),
        (ALL_YEAR._replace(occurred_to=date(2026, 3, 1)), False),
        (ALL_YEAR._replace(withdrawn=True), False),
        (ALL_YEAR._replace(methodology="pv", withdrawn=True), False),
    ],
)
def test_an_entrustment_covers_its_methodology_and_both_of_its_days(
    entrustment: GrantedEntrustment, *, covers: bool
) -> None:
    assert entrustment.covers("pv", DAY) == covers
    candidate = replace(GOOD, entrustments=(entrustment,))
    assert (exclusions(candidate, WANTED) == []) == covers
    assert may_stay(candidate) == covers


def test_one_entrustment_that_stands_is_enough_and_two_halves_are_none() -> None:
    withdrawn = ALL_YEAR._replace(withdrawn=True)
    other = ALL_YEAR._replace(methodology="ride")
    late = ALL_YEAR._replace(occurred_from=date(2026, 3, 3))
    assert replace(GOOD, entrustments=(withdrawn, other, ALL_YEAR)).is_entrusted
    assert not replace(GOOD, entrustments=(withdrawn, other, late)).is_entrusted


@pytest.mark.parametrize(
    ("is_reversed", "elsewhere", "entrusted"), list(product([False, True], repeat=3))
)
def test_what_is_in_a_bundle_stays_unless_one_of_three_things_happens(
    *, is_reversed: bool, elsewhere: bool, entrusted: bool
) -> None:
    candidate = replace(
        GOOD,
        is_reversed=is_reversed,
        declared_elsewhere=elsewhere,
        entrustments=(ALL_YEAR,) if entrusted else (),
        # What was decided on entry decides nothing any more.
        provenance="press",
        region="CN-11",
        vintage=1999,
        bundle_id=UUID(int=9),
    )
    assert may_stay(candidate) == (entrusted and not is_reversed and not elsewhere)


@pytest.mark.parametrize("grade", ["official", "secondary", "press"])
@pytest.mark.parametrize("unit_class", UNIT_CLASSES)
@pytest.mark.parametrize(
    "approvals",
    [(), (OPERATOR,), (AUTHORITY,), (OPERATOR, AUTHORITY), (OPERATOR, ("authority", UUID(int=1)))],
)
def test_the_gate_as_a_whole_table(
    unit_class: str, grade: str, approvals: tuple[tuple[str, UUID], ...]
) -> None:
    by_itself = {"compliance": {"official"}, "voluntary": {"official", "secondary"}}
    approved = unit_class == "voluntary" and approvals == (OPERATOR, AUTHORITY)
    candidate = replace(GOOD, provenance=grade, approvals=approvals)
    enters = grade in by_itself[unit_class] or approved
    assert good_enough(candidate, UNIT_CLASSES[unit_class]) == enters
    assert is_eligible(candidate, replace(WANTED, unit_class=unit_class)) == enters


def test_a_bundle_of_a_class_that_is_none_takes_nothing() -> None:
    with pytest.raises(UnknownUnitClass) as refused:
        exclusions(GOOD, replace(WANTED, unit_class="golden"))
    assert refused.value.facts == {"unit_classes": ["compliance", "voluntary"]}


@given(st.integers(-(10**15), 10**15))
def test_only_what_saves_something_enters(saved_mg: int) -> None:
    found = exclusions(replace(GOOD, saved_mg=saved_mg), WANTED)
    assert found == ([] if saved_mg > 0 else ["saves_nothing"])
