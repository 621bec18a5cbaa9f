"""The clause of statistics: of how few people nothing is told; never fewer than five."""

from __future__ import annotations

import pytest

from behaviours.programme import SHIPPED, InvalidProgramme, load_programmes
from behaviours.statistics_terms import LEAST, StatisticsTerms
from tests.builders.programmes import stating

WATCHFUL = SHIPPED.with_name("watchful.yaml")


def test_what_a_version_leaves_out_is_the_least() -> None:
    assert load_programmes().versions[0].statistics == StatisticsTerms(LEAST)
    assert load_programmes(WATCHFUL).versions[0].statistics == StatisticsTerms(10)
    assert stating(statistics='{least_people: "5"}').versions[0].statistics.least_people == 5


@pytest.mark.parametrize(
    "part",
    ['{least_people: "4"}', '{least_people: "0"}', '{least_people: "1001"}', '{k: "9"}', "{}"],
)
def test_fewer_than_the_least_is_no_floor(part: str) -> None:
    with pytest.raises(InvalidProgramme):
        stating(statistics=part)
