"""A whole number is shared by largest remainder, to the last one."""

import pytest
from hypothesis import given, strategies as st

from behaviours.largest_remainder import share


def test_of_equal_remainders_the_first_to_come_gets_the_last_one() -> None:
    assert share(5, [1, 1, 1]) == [2, 2, 1]
    assert share(1, [0, 1, 1]) == [0, 1, 0]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_shares_add_up_and_stay_within_one_of_the_exact_part(
    total: int, weights: list[int]
) -> None:
    parts = share(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - total * weight) < sum(weights)
        assert weight or not part


@given(st.integers(0, 10**12), st.lists(st.integers(0, 10**6), min_size=2, max_size=9).filter(any))
def test_what_rounding_down_left_over_goes_to_the_largest_remainders(
    total: int, weights: list[int]
) -> None:
    whole = sum(weights)
    gained = [
        part - total * weight // whole
        for part, weight in zip(share(total, weights), weights, strict=True)
    ]
    assert set(gained) <= {0, 1}
    remainders = [total * weight % whole for weight in weights]
    served = [rest for rest, got in zip(remainders, gained, strict=True) if got]
    passed_over = [rest for rest, got in zip(remainders, gained, strict=True) if not got]
    assert not served or not passed_over or min(served) >= max(passed_over)


@given(st.integers(0, 10**9), st.integers(1, 50))
def test_equal_weights_differ_by_one_at_most(total: int, people: int) -> None:
    parts = share(total, [7] * people)
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (5, []), (5, [0, 0]), (5, [3, -1])])
def test_what_cannot_be_shared_is_a_fault(total: int, weights: list[int]) -> None:
    with pytest.raises((AssertionError, ValueError)):
        share(total, weights)
