"""What a household saved is shared by its parts, to the mg, and anybody computes each row again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from behaviours.actions.calculation import ReductionRecord
from behaviours.actions.exported import export_calculation
from behaviours.actions.quantify import recompute
from behaviours.actions.shipped import load_rulebook
from behaviours.actions.verification import verify_calculation
from behaviours.rules.factors import shipped_factors
from behaviours.sharing import RecordedShare, part_of
from rewards.points.earning import load_policies
from tests.behaviours.builders import an_accepted_action, saved

RULEBOOK = load_rulebook()
PARTS = st.lists(st.integers(1, 9_999), min_size=2, max_size=20)


def of_whole(whole: ReductionRecord, parts: Sequence[int], at: int) -> ReductionRecord:
    """The row of one of the people who share what ``whole`` saved."""
    shared: RecordedShare = {
        "parts": parts,
        "at": at,
        "whole_mg": whole["saved_mg"],
        "unassigned_mg": 0,
        "passed_on": at > 0,
    }
    saved_mg = part_of(whole["saved_mg"], shared)
    return {**whole, "saved_mg": saved_mg, "inputs": {**whole["inputs"], "share": shared}}


def generated(kwh: Decimal) -> ReductionRecord:
    action = an_accepted_action("distributed_pv", quantities={"generation_kwh": f"{kwh:f}"})
    return saved(action).record()


@given(parts=PARTS, kwh=st.decimals("0.001", "1000", places=3))
def test_the_rows_of_a_household_are_the_whole_and_each_is_computed_again(parts, kwh):
    whole = generated(kwh)
    rows = [of_whole(whole, parts, at) for at in range(len(parts))]
    assert sum(each["saved_mg"] for each in rows) == whole["saved_mg"]
    for at, row in enumerate(rows):
        assert recompute(row, RULEBOOK) == row["saved_mg"]
        exact = Decimal(whole["saved_mg"]) * parts[at] / sum(parts)
        assert abs(row["saved_mg"] - exact) < 1


def test_an_exported_row_is_verified_from_the_whole():
    row = of_whole(generated(Decimal("2.501")), [3_334, 3_333, 3_333], 1)
    exported = export_calculation(row, RULEBOOK)
    assert exported["agrees"]
    assert int(exported["rounding"]["saved_mg"]) > row["saved_mg"]
    verdict = verify_calculation(exported, shipped_factors(), unsigned=True)
    assert verdict.problems == ()


@pytest.mark.parametrize(
    "change", [{"at": 0}, {"parts": [5_000, 5_000]}, {"whole_mg": 7}, {"parts": [], "at": 9}]
)
def test_another_part_or_another_whole_is_not_verified(change):
    row = of_whole(generated(Decimal("2.501")), [7_000, 3_000], 1)
    exported = export_calculation(row, RULEBOOK)
    record = exported["record"]
    inputs = {**record["inputs"], "share": {**record["inputs"]["share"], **change}}
    changed = {**exported, "record": {**record, "inputs": inputs}}
    assert verify_calculation(changed, shipped_factors(), unsigned=True).problems


def test_points_by_a_quantity_are_shared_as_the_milligrams_are():
    zone = ZoneInfo("Asia/Shanghai")
    policies = load_policies(zone)
    paid = [
        (policy, name)
        for policy in policies.all()
        for name, rule in policy.document.behaviours.items()
        if rule.points_each is not None and rule.points_per_event is None
    ]
    assert paid
    for policy, name in paid:
        rule = policy.document.behaviours[name]
        assert rule.quantity is not None
        whole = 7 * (rule.points_each or 0)
        points = []
        for at in range(3):
            shared: RecordedShare = {
                "parts": [5_000, 3_000, 2_000],
                "at": at,
                "whole_mg": 0,
                "unassigned_mg": 0,
                "passed_on": False,
            }
            award = policy.award(
                behaviour=name,
                scene="reuse",
                action_class="scene",
                saved_mg=0,
                quantities={rule.quantity: Decimal(7)},
                occurred_on=date(2026, 3, 1),
                recorded_at=datetime(2026, 3, 1, 4, tzinfo=UTC),
                part=partial(part_of, recorded=shared),
            )
            points.append(award.points)
        assert sum(points) == whole
