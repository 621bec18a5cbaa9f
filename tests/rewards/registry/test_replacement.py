"""Replacements: which units make good what a bundle is short of, and for how much they count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.viewer import Viewer
from rewards.registry.issuing import TONNE_MG
from rewards.registry.refusals import (
    MoreThanIsShort,
    NotEnoughUnits,
    ReplacementLapsed,
    UnitsDoNotFit,
    UnknownUnits,
)
from rewards.registry.replacement import (
    LAPSED,
    MADE_GOOD,
    OFFERED,
    Lack,
    Replacement,
    ReplacementAsked,
    check_fits,
    check_visible,
    made_good_mg,
)
from rewards.registry.unit_classes import UNIT_CLASSES, is_as_good
from tests.builders.blocks import NOW, a_block

MONTH = timedelta(days=30)


def a_replacement(**changes: Any) -> Replacement:
    """Two tonnes of an enterprise's that nobody has signed for."""
    asked = ReplacementAsked(
        UUID(int=1), UUID(int=2), UUID(int=3), 2, UUID(int=4), "a reference", UUID(int=4), NOW
    )
    return Replacement(asked, (), None, None, None, TONNE_MG)._replace(**changes)


def fits(quantity_t: int = 2, shortfall_mg: int = 2 * TONNE_MG, **block: Any) -> None:
    check_fits(a_block(**block), quantity_t, Lack("voluntary", 2026, shortfall_mg))


def test_a_class_stands_for_itself_and_the_better_one_for_both() -> None:
    assert all(is_as_good(code, code) for code in UNIT_CLASSES)
    assert is_as_good("compliance", "voluntary")
    assert not is_as_good("voluntary", "compliance")


def test_the_same_year_or_a_later_one_fits() -> None:
    fits()
    fits(vintage=2027, unit_class="compliance")
    with pytest.raises(UnitsDoNotFit) as refused:
        fits(vintage=2025)
    assert (refused.value.case, refused.value.facts) == (
        "vintage",
        {"vintage": 2025, "needed": 2026},
    )


def test_a_lower_class_does_not_fit() -> None:
    with pytest.raises(UnitsDoNotFit) as refused:
        check_fits(a_block(), 1, Lack("compliance", 2026, TONNE_MG))
    assert refused.value.case == "class"


def test_no_more_is_taken_than_is_short_or_there() -> None:
    fits(3, 2 * TONNE_MG + 1)
    with pytest.raises(MoreThanIsShort) as refused:
        fits(3, 2 * TONNE_MG)
    assert refused.value.facts == {"quantity_t": "3", "short_t": "2"}
    with pytest.raises(NotEnoughUnits):
        fits(11, 11 * TONNE_MG)


@given(st.integers(1, 10**6), st.integers(1, 10**15))
def test_cancelled_tonnes_never_make_more_good_than_they_weigh_or_than_is_short(
    quantity_t: int, shortfall_mg: int
) -> None:
    made = made_good_mg(quantity_t, shortfall_mg)
    assert made in (quantity_t * TONNE_MG, shortfall_mg)
    assert made <= min(quantity_t * TONNE_MG, shortfall_mg)


def test_an_offer_stands_until_the_moment_that_it_lapses() -> None:
    offered = a_replacement()
    assert offered.awaiting == ["authority", "operator"]
    assert a_replacement(signed=("operator",)).awaiting == ["authority"]
    just_before = NOW + MONTH - timedelta(microseconds=1)
    assert offered.state(just_before, MONTH) == OFFERED
    offered.check_signable(just_before, MONTH)
    assert offered.state(NOW + MONTH, MONTH) == LAPSED
    with pytest.raises(ReplacementLapsed):
        offered.check_signable(NOW + MONTH, MONTH)
    done = a_replacement(posting_id=UUID(int=7))
    assert done.state(NOW + 2 * MONTH, MONTH) == MADE_GOOD


def test_its_holder_and_the_programme_see_it() -> None:
    offered = a_replacement()
    for viewer in (Viewer("enterprise", UUID(int=4)), Viewer("authority", None)):
        assert check_visible(offered, viewer) is offered
    for viewer in (Viewer("enterprise", UUID(int=5)), Viewer("provider", None)):
        with pytest.raises(UnknownUnits):
            check_visible(offered, viewer)
    with pytest.raises(UnknownUnits):
        check_visible(None, Viewer("operator", None))
