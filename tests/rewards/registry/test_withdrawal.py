"""An offered replacement to its end: who signs, who takes it back, and until when."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.issuing import TONNE_MG
from rewards.registry.ranges import Range
from rewards.registry.refusals import (
    MoreThanIsShort,
    NotEnoughUnits,
    NotYoursToWithdraw,
    ReplacementDone,
    ReplacementLapsed,
    ReplacementWithdrawn,
    UnitsDoNotFit,
)
from rewards.registry.replacement import (
    Lack,
    Replacement,
    ReplacementAsked,
    check_fits,
    made_good_mg,
)
from tests.builders.blocks import NOW, a_block

MONTH, TICK = timedelta(days=30), timedelta(microseconds=1)
HOLDER, STRANGER = UUID(int=4), UUID(int=5)
POSTING = UUID(int=7)
OWN, OPERATOR = Viewer("enterprise", HOLDER), Viewer("operator", None)


def offered(holder: UUID | None = HOLDER, **changes: Any) -> Replacement:
    """Two tonnes that nobody has signed for."""
    asked = ReplacementAsked(
        UUID(int=1), UUID(int=2), UUID(int=3), 2, holder, "a reference", UUID(int=4), NOW
    )
    return Replacement(asked, (), None, None, None, TONNE_MG)._replace(**changes)


@pytest.mark.parametrize(("done", "withdrawn", "in_time"), list(product([False, True], repeat=3)))
def test_a_state_is_that_of_what_happened_first_of_all_of_the_signatures(
    *, done: bool, withdrawn: bool, in_time: bool
) -> None:
    found = offered(posting_id=POSTING if done else None, withdrawn_at=NOW if withdrawn else None)
    now = NOW + MONTH - (TICK if in_time else timedelta())
    state = (
        "made_good" if done else "withdrawn" if withdrawn else "offered" if in_time else "lapsed"
    )
    assert found.state(now, MONTH) == state
    # What is done is not refused here: signing again is answered with what was done.
    refused = {"withdrawn": ReplacementWithdrawn, "lapsed": ReplacementLapsed}.get(state)
    if refused is None:
        found.check_signable(now, MONTH)
    else:
        with pytest.raises(refused):
            found.check_signable(now, MONTH)


def test_what_lapsed_says_since_when_and_what_was_withdrawn_says_when() -> None:
    with pytest.raises(ReplacementLapsed) as lapsed:
        offered().check_signable(NOW + 2 * MONTH, MONTH)
    assert lapsed.value.facts == {
        "asked_at": NOW.isoformat(),
        "lapsed_at": (NOW + MONTH).isoformat(),
    }
    with pytest.raises(ReplacementWithdrawn) as withdrawn:
        offered(withdrawn_at=NOW + MONTH).check_signable(NOW, MONTH)
    assert withdrawn.value.facts == {"withdrawn_at": (NOW + MONTH).isoformat()}


@pytest.mark.parametrize(
    ("holder", "viewer", "refused"),
    [
        (HOLDER, OWN, None),
        (HOLDER, Viewer("enterprise", STRANGER), NotYoursToWithdraw),
        # Who could sign it does not take it back for its holder.
        (HOLDER, OPERATOR, NotYoursToWithdraw),
        (HOLDER, Viewer("authority", None), NotYoursToWithdraw),
        # What the programme offered, whoever answers for it takes back.
        (None, OPERATOR, None),
        (None, Viewer("authority", None), None),
        (None, OWN, NotYoursToWithdraw),
    ],
)
def test_an_offer_is_taken_back_by_whoever_made_it(
    holder: UUID | None, viewer: Viewer, refused: type[Refusal] | None
) -> None:
    if refused is None:
        offered(holder).check_withdrawable(NOW, MONTH, viewer)
        return
    with pytest.raises(refused):
        offered(holder).check_withdrawable(NOW, MONTH, viewer)


@pytest.mark.parametrize(
    ("changes", "now", "refused"),
    [
        ({"signed": ("operator",)}, NOW, None),
        ({}, NOW + MONTH - TICK, None),
        ({}, NOW + MONTH, ReplacementLapsed),
        ({"withdrawn_at": NOW}, NOW, ReplacementWithdrawn),
        ({"posting_id": POSTING}, NOW, ReplacementDone),
        # Cancelled units do not come back, however late it is asked.
        ({"posting_id": POSTING}, NOW + 2 * MONTH, ReplacementDone),
    ],
)
def test_an_offer_is_taken_back_until_the_last_signature(
    changes: dict[str, Any], now: Any, refused: type[Refusal] | None
) -> None:
    found = offered(**changes)
    if refused is None:
        found.check_withdrawable(now, MONTH, OWN)
        return
    with pytest.raises(refused):
        found.check_withdrawable(now, MONTH, OWN)
    # A stranger learns nothing of how far it is.
    with pytest.raises(NotYoursToWithdraw):
        found.check_withdrawable(now, MONTH, Viewer("enterprise", STRANGER))


def test_what_is_done_is_named_by_its_posting() -> None:
    with pytest.raises(ReplacementDone) as refused:
        offered(posting_id=POSTING).check_withdrawable(NOW, MONTH, OWN)
    assert refused.value.facts == {"posting_id": f"pst_{POSTING.hex}"}


AGAINST: list[tuple[type[Refusal], dict[str, Any]]] = [
    (UnitsDoNotFit, {"unit_class": "voluntary"}),
    (UnitsDoNotFit, {"vintage": 2025}),
    (MoreThanIsShort, {"short_mg": TONNE_MG}),
    (NotEnoughUnits, {"held_t": 1}),
]


def fit(
    *,
    unit_class: str = "compliance",
    vintage: int = 2026,
    short_mg: int = 5 * TONNE_MG,
    held_t: int = 10,
) -> None:
    numbers = Range(10, 10 + held_t)
    block = a_block(unit_class=unit_class, vintage=vintage, numbers=numbers)
    check_fits(block, 2, Lack("compliance", 2026, short_mg))


def test_of_all_that_does_not_fit_the_first_is_told() -> None:
    for which in product([False, True], repeat=len(AGAINST)):
        held = [each for each, holds in zip(AGAINST, which, strict=True) if holds]
        changes: dict[str, Any] = {}
        for _, change in held:
            changes |= change
        if not held:
            fit()
            continue
        with pytest.raises(held[0][0]) as refused:
            fit(**changes)
        pointer = "/block_id" if held[0][0] is UnitsDoNotFit else "/quantity_t"
        assert refused.value.pointer == pointer


@given(st.lists(st.integers(1, 4), max_size=6), st.integers(1, 10 * TONNE_MG))
def test_replacements_one_after_another_never_make_good_more_than_is_short(
    offers: list[int], short_mg: int
) -> None:
    left, cancelled_t = short_mg, 0
    for quantity_t in offers:
        try:
            check_fits(a_block(), quantity_t, Lack("voluntary", 2026, left))
        except MoreThanIsShort:
            assert quantity_t * TONNE_MG >= left + TONNE_MG or left == 0
            continue
        made = made_good_mg(quantity_t, left)
        assert 0 < made <= quantity_t * TONNE_MG
        left, cancelled_t = left - made, cancelled_t + quantity_t
    assert left >= 0
    # Whole tonnes are cancelled: never less than is made good, and less than one tonne more.
    assert 0 <= cancelled_t * TONNE_MG - (short_mg - left) < TONNE_MG
