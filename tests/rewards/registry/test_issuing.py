"""Issuing: whole tonnes, a reserve that is never less than stated, and the smallest edges."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given, strategies as st

from rewards.registry.issuing import TONNE_MG, Issue, issue

MASS = st.integers(0, 10**14)
LOOSE = st.integers(0, TONNE_MG - 1)
PER_MILLE = st.integers(0, 1000)


def made(total_mg: int, per_mille: int = 0, **parts: int) -> Issue:
    stated = {"carried_in_mg": 0, "deducted_mg": 0} | parts
    return issue(total_mg=total_mg, reserve_per_mille=per_mille, **stated)


@pytest.mark.parametrize(
    ("total_mg", "per_mille", "reserve_mg"),
    [
        (0, 50, 0),
        (1, 0, 0),
        (1, 1, 1),
        (1, 1000, 1),
        (999, 1, 1),
        (1000, 1, 1),
        (1001, 1, 2),
        (20, 50, 1),
        (21, 50, 2),
        (TONNE_MG, 50, 50_000_000),
        (TONNE_MG + 1, 50, 50_000_001),
    ],
)
def test_the_reserve_is_rounded_up(total_mg: int, per_mille: int, reserve_mg: int) -> None:
    assert made(total_mg, per_mille).reserve_mg == reserve_mg


@given(MASS, MASS, PER_MILLE)
def test_the_reserve_is_the_least_whole_number_that_is_not_below_its_share(
    total: int, deducted: int, per_mille: int
) -> None:
    new_mg = max(total - deducted, 0)
    assert made(total, per_mille, deducted_mg=deducted).reserve_mg == ceil(
        Fraction(new_mg * per_mille, 1000)
    )


@pytest.mark.parametrize(
    ("total_mg", "issued_t", "carried_out_mg"),
    [
        (0, 0, 0),
        (TONNE_MG - 1, 0, TONNE_MG - 1),
        (TONNE_MG, 1, 0),
        (TONNE_MG + 1, 1, 1),
        (10 * TONNE_MG - 1, 9, TONNE_MG - 1),
    ],
)
def test_only_whole_tonnes_are_numbered(total_mg: int, issued_t: int, carried_out_mg: int) -> None:
    found = made(total_mg)
    assert (found.issued_t, found.carried_out_mg) == (issued_t, carried_out_mg)


@pytest.mark.parametrize(
    ("loose_mg", "reserve_mg", "buffer_t"),
    [
        (0, 0, 0),
        (TONNE_MG - 1, 0, 0),
        (TONNE_MG - 1, 1, 1),
        (0, TONNE_MG - 1, 0),
        (0, TONNE_MG, 1),
        (1, 3 * TONNE_MG - 1, 3),
        (TONNE_MG - 1, 3 * TONNE_MG, 3),
    ],
)
def test_whole_tonnes_of_the_loose_reserve_get_numbers(
    loose_mg: int, reserve_mg: int, buffer_t: int
) -> None:
    # The whole mass goes into the reserve, so that its size is that of the bundle.
    found = made(reserve_mg, 1000, loose_reserve_mg=loose_mg)
    assert (found.reserve_mg, found.buffer_t, found.issued_t) == (reserve_mg, buffer_t, 0)


@given(st.lists(st.tuples(MASS, PER_MILLE), max_size=10))
def test_the_buffer_of_many_issues_is_that_of_their_whole_reserve(
    bundles: list[tuple[int, int]],
) -> None:
    reserve_mg, buffer_t = 0, 0
    for total, per_mille in bundles:
        found = made(total, per_mille, loose_reserve_mg=reserve_mg - buffer_t * TONNE_MG)
        reserve_mg, buffer_t = reserve_mg + found.reserve_mg, buffer_t + found.buffer_t
    assert buffer_t == reserve_mg // TONNE_MG


@given(MASS, MASS, PER_MILLE, LOOSE)
def test_what_is_carried_in_pays_no_reserve_again(
    total: int, carried: int, per_mille: int, loose: int
) -> None:
    without = made(total, per_mille, loose_reserve_mg=loose)
    found = made(total, per_mille, carried_in_mg=carried, loose_reserve_mg=loose)
    assert (found.reserve_mg, found.buffer_t) == (without.reserve_mg, without.buffer_t)
    more = (found.issued_t - without.issued_t) * TONNE_MG
    assert more + found.carried_out_mg - without.carried_out_mg == carried


@given(MASS, st.integers(0, 10**9), MASS, PER_MILLE)
def test_a_deduction_stops_at_what_the_reductions_hold(
    total: int, beyond: int, carried: int, per_mille: int
) -> None:
    found = made(total, per_mille, carried_in_mg=carried, deducted_mg=total + beyond)
    assert (found.deducted_mg, found.reserve_mg) == (total, 0)
    # What was carried in was verified with the bundle it came from, and is issued.
    assert divmod(carried, TONNE_MG) == (found.issued_t, found.carried_out_mg)


@given(MASS, MASS, PER_MILLE)
def test_a_larger_deduction_never_issues_more(total: int, deducted: int, per_mille: int) -> None:
    less, more = (made(total, per_mille, deducted_mg=each) for each in (deducted, deducted + 1))
    assert more.issued_t <= less.issued_t
    assert more.reserve_mg <= less.reserve_mg


@pytest.mark.parametrize(
    "parts",
    [
        {"total_mg": -1},
        {"carried_in_mg": -1},
        {"deducted_mg": -1},
        {"loose_reserve_mg": -1},
        {"per_mille": -1},
        {"per_mille": 1001},
    ],
    ids=str,
)
def test_negative_masses_and_shares_beyond_the_whole_are_faults(parts: dict[str, int]) -> None:
    with pytest.raises(AssertionError):
        made(**({"total_mg": 5} | parts))
