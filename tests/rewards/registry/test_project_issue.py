"""Whole tonnes of a project's period, and its reserve, as projects.md works them out."""

from __future__ import annotations

import pytest

from rewards.registry.project_issue import class_of_grade, issue_vintage, reserves_mg

T = 1_000_000_000


def test_the_reserve_is_rounded_up_and_the_owner_down() -> None:
    # §5.1, example 3: 1 919.194334 t with a buffer of 313.9725: 314 and 1 605.
    mg = 1_919_194_334_000
    (reserve,) = reserves_mg([mg], buffer_mg=313_972_500_000, per_mille=50)
    made = issue_vintage(2026, mg, carried_in_mg=0, reserve_mg=reserve)
    assert (made.owner_t, made.reserve_t, made.carried_out_mg) == (1_605, 314, 194_334_000)
    # §5.1, example 2: 1 282.803565 t, buffer 166.764: 1 115, 167, carried 0.803565.
    mg = 1_282_803_565_725
    (reserve,) = reserves_mg([mg], buffer_mg=166_764_463_544, per_mille=50)
    made = issue_vintage(2024, mg, carried_in_mg=0, reserve_mg=reserve)
    assert (made.owner_t, made.reserve_t, made.carried_out_mg) == (1_115, 167, 803_565_725)


def test_what_is_carried_comes_in_with_the_same_vintage() -> None:
    made = issue_vintage(2025, 400_000_000, carried_in_mg=600_000_000, reserve_mg=0)
    assert (made.owner_t, made.carried_out_mg) == (1, 0)
    # A reserve is never more than the tonnes that there are.
    made = issue_vintage(2025, 900_000_000, carried_in_mg=0, reserve_mg=45_000_000)
    assert (made.owner_t, made.reserve_t, made.carried_out_mg) == (0, 0, 900_000_000)


def test_each_year_keeps_its_part() -> None:
    assert reserves_mg([3 * T, T], buffer_mg=2 * T, per_mille=0) == [3 * T // 2, T // 2]
    assert reserves_mg([3, 7], buffer_mg=None, per_mille=50) == [1, 1]
    assert reserves_mg([3 * T], buffer_mg=None, per_mille=0) == [0]
    assert reserves_mg([0, 0], buffer_mg=T, per_mille=50) == [0, 0]


@pytest.mark.parametrize(
    ("grade", "code"),
    [("official", "compliance"), ("secondary", "voluntary"), ("assumption", "voluntary")],
)
def test_units_are_of_the_best_class_that_their_figures_enter(grade: str, code: str) -> None:
    assert class_of_grade(grade) == code
