"""The clause of points: read whole, left out, or refused by name."""

from __future__ import annotations

import pytest

from behaviours.points_terms import USUAL, PointsTerms
from behaviours.programme import InvalidProgramme, load_programmes
from tests.builders.programmes import stating


def test_who_states_nothing_announces_and_tells_thirty_days_before() -> None:
    assert load_programmes().versions[0].points == USUAL == PointsTerms(30, 30)


@pytest.mark.parametrize(
    ("part", "read"),
    [
        ('{policy_notice_days: "7", expiry_notice_days: "14"}', PointsTerms(7, 14)),
        ('{expiry_notice_days: "1"}', PointsTerms(30, 1)),
    ],
)
def test_each_is_stated_by_itself(part: str, read: PointsTerms) -> None:
    assert stating(points=part).versions[0].points == read


@pytest.mark.parametrize(
    "part", ['{policy_notice_days: "0"}', '{expiry_notice_days: "366"}', '{notice: "3"}', "[]"]
)
def test_what_is_no_number_of_days_is_refused(part: str) -> None:
    with pytest.raises(InvalidProgramme) as refusal:
        stating(points=part)
    assert str(refusal.value.facts["field"]).startswith("versions[0].points")
