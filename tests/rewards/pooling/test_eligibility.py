"""Who may enter a bundle: each condition alone keeps a reduction out, and says why."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from rewards.pooling.documents import Conditions
from rewards.pooling.eligibility import (
    GrantedEntrustment,
    PoolCandidate,
    exclusions,
    is_eligible,
    may_stay,
)

DAY = date(2026, 3, 2)
ALL_YEAR = GrantedEntrustment(None, date(2026, 1, 1), date(2026, 12, 31))
BOTH = (("operator", UUID(int=1)), ("authority", UUID(int=2)))
GOOD = PoolCandidate("pv", "project", "official", "CN-44", 2026, DAY, 1000, (ALL_YEAR,))
WANTED = Conditions("pv", 2026, "CN-44", date(2026, 1, 1), date(2026, 6, 30), "voluntary")


def test_what_meets_every_condition_enters() -> None:
    assert exclusions(GOOD, WANTED) == []
    everything = replace(WANTED, methodology=None, region=None)
    assert is_eligible(replace(GOOD, methodology="ride", region="CN-33"), everything)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"methodology": "ride"}, "other_methodology"),
        ({"region": "CN-33"}, "other_region"),
        ({"vintage": 2025}, "other_vintage"),
        ({"occurred_on": date(2026, 7, 1)}, "other_days"),
        ({"saved_mg": 0}, "saves_nothing"),
        ({"action_class": "behaviour_only"}, "behaviour_only"),
        ({"provenance": "press"}, "weak_figures"),
        ({"is_reversed": True}, "reversed"),
        ({"bundle_id": UUID(int=9)}, "in_a_bundle"),
        ({"covered_emitter": True}, "of_a_covered_emitter"),
        ({"entrustments": ()}, "not_entrusted"),
        ({"entrustments": (ALL_YEAR._replace(withdrawn=True),)}, "not_entrusted"),
        ({"entrustments": (ALL_YEAR._replace(methodology="ride"),)}, "not_entrusted"),
        ({"entrustments": (ALL_YEAR._replace(occurred_from=date(2026, 3, 3)),)}, "not_entrusted"),
        ({"entrustments": (ALL_YEAR._replace(occurred_to=date(2026, 3, 1)),)}, "not_entrusted"),
    ],
)
def test_one_condition_alone_keeps_it_out_and_is_named(change: dict[str, Any], reason: str) -> None:
    assert exclusions(replace(GOOD, **change), WANTED) == [reason]


@pytest.mark.parametrize(
    ("unit_class", "provenance", "approvals", "enters"),
    [
        ("voluntary", "secondary", (), True),
        ("voluntary", "press", BOTH, True),
        ("voluntary", "press", BOTH[:1], False),
        ("voluntary", "press", (BOTH[0], ("operator", UUID(int=3))), False),
        ("compliance", "official", (), True),
        ("compliance", "secondary", (), False),
        ("compliance", "press", BOTH, False),
    ],
)
def test_the_gate_opens_by_grade_or_by_two_people(
    unit_class: str, provenance: str, approvals: tuple[tuple[str, UUID], ...], enters: bool
) -> None:
    conditions = replace(WANTED, unit_class=unit_class)
    assert (
        is_eligible(replace(GOOD, provenance=provenance, approvals=approvals), conditions) == enters
    )


def test_only_a_reversal_and_a_withdrawal_take_out_what_has_entered() -> None:
    assert may_stay(replace(GOOD, provenance="press", covered_emitter=True, saved_mg=0))
    assert not may_stay(replace(GOOD, is_reversed=True))
    assert not may_stay(replace(GOOD, entrustments=(ALL_YEAR._replace(withdrawn=True),)))
