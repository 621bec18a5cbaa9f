"""A redemption: its states and steps, and what a reversal may take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given, strategies as st

from rewards.redemption.redemption import (
    CAPTURE,
    CAPTURED,
    ENDED_STATES,
    EXPIRED,
    HELD,
    LAPSE,
    PARTLY_REVERSED,
    RELEASE,
    RELEASED,
    REVERSE_REST,
    REVERSE_SOME,
    REVERSED,
    SOLD_STATES,
    STATES,
    STEPS,
    captured,
    reverse,
)
from rewards.redemption.refusals import (
    NothingToReverse,
    RedemptionNotHeld,
    ReversalWindowOver,
)
from tests.builders.offers import NOW, OFFER, TICK, a_hold, a_sale

ALL_STEPS = (CAPTURE, RELEASE, LAPSE, REVERSE_SOME, REVERSE_REST)
# The table once more, on purpose: this is what the programme has promised.
LEGAL = {
    (HELD, CAPTURE): CAPTURED,
    (HELD, RELEASE): RELEASED,
    (HELD, LAPSE): EXPIRED,
    (CAPTURED, REVERSE_SOME): PARTLY_REVERSED,
    (CAPTURED, REVERSE_REST): REVERSED,
    (PARTLY_REVERSED, REVERSE_SOME): PARTLY_REVERSED,
    (PARTLY_REVERSED, REVERSE_REST): REVERSED,
}


@pytest.mark.parametrize(("state", "step"), list(product(STATES, ALL_STEPS)))
def test_every_step_from_every_state_is_made_or_refused_by_the_table(state: str, step: str) -> None:
    redemption = replace(a_hold(), state=state)
    if (state, step) in LEGAL:
        moved = redemption.move(step)
        assert moved == replace(redemption, state=LEGAL[state, step])
        return
    with pytest.raises(RedemptionNotHeld) as refusal:
        redemption.move(step)
    assert refusal.value.facts == {"state": state}
    cases = {HELD: "not_fetched", RELEASED: "ended", EXPIRED: "ended"}
    assert refusal.value.case == cases.get(state, "fetched")


def test_the_table_speaks_of_known_states_and_steps_only() -> None:
    assert dict(STEPS) == LEGAL
    assert {step for _, step in STEPS} == set(ALL_STEPS)
    assert sorted((HELD, *SOLD_STATES, *ENDED_STATES)) == sorted(STATES)


def test_what_is_over_stays_over() -> None:
    for state in (REVERSED, *ENDED_STATES):
        assert not [step for begins, step in STEPS if begins == state]


def test_a_hold_lapses_to_the_microsecond() -> None:
    held = a_hold()
    assert held.expires_at is not None
    assert held.is_held(held.expires_at - TICK)
    assert not held.has_lapsed(held.expires_at - TICK)
    assert held.has_lapsed(held.expires_at)
    assert not held.is_held(held.expires_at)


@pytest.mark.parametrize("state", [state for state in STATES if state != HELD])
def test_only_a_hold_lapses(state: str) -> None:
    over = replace(a_hold(), state=state)
    assert not over.has_lapsed(NOW + timedelta(days=9))
    assert not over.is_held(NOW)


def test_what_is_handed_over_keeps_its_price_and_gets_its_window() -> None:
    sale = captured(a_hold(2), OFFER, out_request_no="T-000001", store_id="store-1", now=NOW)
    assert (sale.state, sale.captured_at, sale.was_captured) == (CAPTURED, NOW, True)
    assert sale.reversible_until == NOW + timedelta(seconds=OFFER.reversal_window_s)
    assert (sale.points, sale.quantity_left) == (200, 2)
    with pytest.raises(RedemptionNotHeld):
        captured(sale, OFFER, out_request_no="T-000002", store_id="store-1", now=NOW)


@given(st.integers(1, 50), st.data())
def test_reversals_add_up_to_the_sale_and_never_beyond(quantity: int, data: st.DataObject) -> None:
    sale, points, fen = a_sale(quantity), 0, 0
    while sale.quantity_left:
        part = data.draw(st.none() | st.integers(1, sale.quantity_left))
        reversal = reverse(sale, part, NOW)
        assert reversal is not None
        points, fen = points + reversal.points, fen + reversal.settlement_fen
        sale = reversal.redemption
        assert (sale.state == REVERSED) == (sale.quantity_left == 0)
        assert (sale.closed_at is None) == (sale.quantity_left > 0)
    assert (points, fen, sale.state) == (quantity * 100, quantity * 800, REVERSED)
    assert reverse(sale, None, NOW + timedelta(days=99)) is None
    with pytest.raises(NothingToReverse):
        reverse(sale, 1, NOW)


@given(st.integers(1, 9), st.integers(1, 20))
def test_more_than_is_left_is_refused_with_what_is_left(quantity: int, wanted: int) -> None:
    sale = a_sale(quantity)
    if wanted <= quantity:
        assert reverse(sale, wanted, NOW)
        return
    with pytest.raises(NothingToReverse) as refusal:
        reverse(sale, wanted, NOW)
    assert refusal.value.facts == {"wanted": wanted, "quantity": quantity, "left": quantity}


def test_the_window_closes_to_the_second() -> None:
    sale = a_sale(1)
    assert reverse(sale, None, NOW + timedelta(seconds=599))
    with pytest.raises(ReversalWindowOver) as refusal:
        reverse(sale, None, NOW + timedelta(seconds=600))
    assert refusal.value.facts == {"reversible_until": "2026-03-10T00:10:00Z"}


def test_what_was_not_handed_over_is_not_reversed() -> None:
    with pytest.raises(RedemptionNotHeld) as refusal:
        reverse(a_hold(), None, NOW)
    assert refusal.value.case == "not_fetched"
