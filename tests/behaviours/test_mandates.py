"""Caps: what of a person's reductions goes in, and that the rest stays the person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.mandates import (
    MOST_KG,
    CapOutOfRange,
    Caps,
    MandateOverlaps,
    NoCapStated,
    Weighed,
    caps_of,
    check_alone,
    fits,
    weigh,
)

masses = st.lists(st.integers(1, 10**9), max_size=40)
most = st.none() | st.integers(1, 10**10)
caps = st.builds(Caps, most, most, st.none() | st.integers(1, 100))


@pytest.mark.parametrize(
    ("stated", "goes_in"),
    [
        (Caps(), [True, True, True, True]),
        (Caps(per_year_mg=46), [True, False, False, False]),
        (Caps(per_year_mg=9), [False, False, False, False]),
        (Caps(per_bundle_mg=100), [True, True, False, False]),
        # What is too large is passed over, and the next that fits goes in.
        (Caps(per_bundle_mg=56), [True, False, False, True]),
        (Caps(percent=100), [True, True, True, True]),
        # Never more than the share of what came so far.
        (Caps(percent=50), [False, True, False, True]),
        (Caps(percent=1), [False, False, False, False]),
        (Caps(1000, 92, 50), [False, True, False, True]),
    ],
)
def test_reductions_go_in_in_their_order_each_that_fits(stated: Caps, goes_in: list[bool]) -> None:
    assert weigh(stated, Weighed(), [46, 46, 46, 10]) == goes_in


def test_what_was_taken_before_counts_for_the_year_and_for_the_bundle() -> None:
    before = Weighed(qualified_mg=100, bundle_mg=40, year_mg=90)
    assert fits(Caps(per_year_mg=100), before, 10)
    assert not fits(Caps(per_year_mg=99), before, 10)
    assert fits(Caps(per_bundle_mg=50), before, 10)
    assert not fits(Caps(per_bundle_mg=49), before, 10)
    assert fits(Caps(percent=46), before, 10)
    assert not fits(Caps(percent=45), before, 10)


@given(caps, masses, st.integers(0, 10**9))
def test_no_cap_is_ever_exceeded_and_nothing_that_fits_is_left(
    stated: Caps, each_mg: list[int], year_mg: int
) -> None:
    taken = weigh(stated, Weighed(year_mg=year_mg), each_mg)
    total_mg = sum(mg for mg, goes_in in zip(each_mg, taken, strict=True) if goes_in)
    assert stated.per_bundle_mg is None or total_mg <= stated.per_bundle_mg
    assert stated.per_year_mg is None or not total_mg or total_mg + year_mg <= stated.per_year_mg
    assert stated.percent is None or total_mg * 100 <= stated.percent * sum(each_mg)
    if stated == Caps():
        assert all(taken)


@given(caps, masses, st.integers(0, 40))
def test_weighing_in_two_parts_is_weighing_once(stated: Caps, each_mg: list[int], at: int) -> None:
    head, tail = each_mg[:at], each_mg[at:]
    first = weigh(stated, Weighed(), head)
    in_mg = sum(mg for mg, goes_in in zip(head, first, strict=True) if goes_in)
    second = weigh(stated, Weighed(sum(head), in_mg, in_mg), tail)
    assert first + second == weigh(stated, Weighed(), each_mg)


def test_caps_are_kept_in_whole_milligrams() -> None:
    stated = caps_of(per_year_kg=Decimal(100), per_bundle_kg=Decimal("0.000001"), percent=None)
    assert stated == Caps(100_000_000, 1, None)
    assert caps_of(per_year_kg=MOST_KG, per_bundle_kg=None, percent=100).per_year_mg == 10**12


@pytest.mark.parametrize("kilograms", ["0", "-1", "1000000.000001"])
@pytest.mark.parametrize("name", ["per_year_kg", "per_bundle_kg"])
def test_a_cap_of_nothing_or_beyond_anybody_is_refused(name: str, kilograms: str) -> None:
    given: dict[str, Decimal | None] = {"per_year_kg": None, "per_bundle_kg": None}
    with pytest.raises(CapOutOfRange) as refused:
        caps_of(**{**given, name: Decimal(kilograms)}, percent=None)
    assert refused.value.pointer == f"/caps/{name}"


@pytest.mark.parametrize("percent", [0, -1, 101])
def test_a_share_is_between_one_and_a_hundred(percent: int) -> None:
    with pytest.raises(CapOutOfRange) as refused:
        caps_of(per_year_kg=None, per_bundle_kg=None, percent=percent)
    assert refused.value.pointer == "/caps/share_percent"


def test_caps_that_state_none_are_refused() -> None:
    with pytest.raises(NoCapStated):
        caps_of(per_year_kg=None, per_bundle_kg=None, percent=None)


@dataclass(frozen=True)
class Stated:
    """An entrustment as far as others are held against it."""

    methodology: str | None = None
    occurred_from: date = date(2026, 1, 1)
    occurred_to: date = date(2026, 12, 31)
    bundle_id: UUID | None = None
    caps: Caps | None = None


CAPPED = Stated(caps=Caps(percent=50))
METRO, PV = Stated("metro"), Stated("pv")
BY_ONE, BY_OTHER = (Stated(bundle_id=UUID(int=number)) for number in (1, 2))


@pytest.mark.parametrize(
    "other", [Stated(), METRO, BY_ONE, Stated(occurred_from=date(2026, 12, 31))]
)
def test_beside_caps_nothing_stands_for_the_same_reductions(other: Stated) -> None:
    for new, standing, pointer in ((CAPPED, other, "/caps"), (other, CAPPED, "/from")):
        with pytest.raises(MandateOverlaps) as refused:
            check_alone(new, [standing])
        assert refused.value.pointer == pointer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (METRO, PV),
        (BY_ONE, BY_OTHER),
        (Stated(occurred_to=date(2026, 6, 30)), Stated(occurred_from=date(2026, 7, 1))),
    ],
)
def test_caps_of_other_reductions_are_beside_the_point(one: Stated, other: Stated) -> None:
    capped = Stated(**{**vars(one), "caps": Caps(1)})
    check_alone(capped, [other])
    check_alone(other, [capped])


def test_without_caps_entrustments_may_overlap() -> None:
    check_alone(Stated(), [Stated(), METRO, BY_ONE])
