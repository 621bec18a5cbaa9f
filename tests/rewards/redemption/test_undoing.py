"""What returns when a hold ends or a sale is reversed: to its own lots, and debts first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.points import (
    DEBT,
    HELD as HELD_POINTS,
    PARTICIPANT,
    RECOVER,
    REFUND,
    RELEASE as RELEASED_POINTS,
    LotUse,
)
from rewards.redemption.redemption import EXPIRED, RELEASED, REVERSED, SOLD_STATES
from rewards.redemption.refusals import RedemptionNotHeld
from rewards.redemption.undoing import Payment, cancel, decide_reversal, end_hold
from tests.builders.offers import NOW, TICK, a_hold, a_sale

IDS = (UUID(int=501), UUID(int=502))
FIRST, SECOND = UUID(int=1), UUID(int=2)


def paid(*points: int) -> Payment:
    """By as many lots, in their order."""
    return Payment([LotUse(UUID(int=number), -each) for number, each in enumerate(points, 1)])


def test_a_hold_that_is_given_up_returns_all_of_it() -> None:
    ended = end_hold(a_hold(2), paid(150, 50), debt=0, transfer_ids=IDS, now=NOW)
    assert (ended.redemption.state, ended.redemption.closed_at) == (RELEASED, NOW)
    [released] = ended.postings
    assert released.posting.kind == RELEASED_POINTS
    assert (released.change_of(PARTICIPANT), released.change_of(HELD_POINTS)) == (200, -200)
    assert released.uses == (LotUse(SECOND, 50), LotUse(FIRST, 150))
    assert ended.paid_debt == 0


def test_whether_a_hold_is_given_up_or_has_lapsed_its_time_decides() -> None:
    held = a_hold()
    assert held.expires_at is not None
    for now, state in ((held.expires_at - TICK, RELEASED), (held.expires_at, EXPIRED)):
        ended = end_hold(held, paid(100), debt=0, transfer_ids=IDS, now=now)
        assert ended.redemption.state == state


@given(st.integers(0, 400))
def test_what_a_hold_returns_pays_an_old_debt_first(debt: int) -> None:
    ended = end_hold(a_hold(2), paid(200), debt=debt, transfer_ids=IDS, now=NOW)
    pays = min(debt, 200)
    assert ended.paid_debt == pays
    assert sum(each.change_of(PARTICIPANT) for each in ended.postings) == 200 - pays
    assert -sum(each.change_of(DEBT) for each in ended.postings) == pays
    kinds = [each.posting.kind for each in ended.postings]
    assert kinds == [RELEASED_POINTS, RECOVER][: 1 + (pays > 0)]
    assert [each.transfer_id for each in ended.postings] == list(IDS[: len(kinds)])


@pytest.mark.parametrize("state", [RELEASED, EXPIRED])
def test_cancelling_what_has_ended_does_nothing(state: str) -> None:
    ended = replace(a_hold(), state=state)
    assert cancel(ended, paid(100), debt=0, transfer_ids=IDS, now=NOW) is None


@pytest.mark.parametrize("state", SOLD_STATES)
def test_what_was_fetched_is_not_cancelled(state: str) -> None:
    sale = replace(a_sale(1), state=state)
    with pytest.raises(RedemptionNotHeld) as refusal:
        cancel(sale, paid(100), debt=0, transfer_ids=IDS, now=NOW)
    assert (refusal.value.case, refusal.value.facts) == ("fetched", {"state": state})


def test_cancelling_ends_the_hold() -> None:
    ended = cancel(a_hold(), paid(100), debt=30, transfer_ids=IDS, now=NOW)
    assert ended is not None
    assert (ended.redemption.state, ended.paid_debt) == (RELEASED, 30)


@given(st.integers(1, 8), st.integers(0, 900), st.data())
def test_reversals_return_each_lot_what_it_paid_and_pay_debts_on_the_way(
    quantity: int, debt: int, data: st.DataObject
) -> None:
    first = data.draw(st.integers(1, quantity * 100))
    rest = quantity * 100 - first
    sale, payment = a_sale(quantity), paid(*([first, rest] if rest else [first]))
    returned: list[LotUse] = []
    recovered = 0
    while sale.quantity_left:
        part = data.draw(st.none() | st.integers(1, sale.quantity_left))
        undone = decide_reversal(
            sale, part, replace(payment, returned=returned), debt=debt, transfer_ids=IDS, now=NOW
        )
        assert undone is not None
        refund, *payments = undone.postings
        assert (refund.posting.kind, refund.points) == (REFUND, undone.reversal.points)
        assert undone.reversal_id == refund.transfer_id
        paid_now = sum(each.points for each in payments)
        assert paid_now == min(debt, refund.points)
        debt, recovered = debt - paid_now, recovered + paid_now
        returned += refund.uses
        sale = undone.reversal.redemption
    assert sale.state == REVERSED
    total: Counter[UUID] = Counter()
    for use in [*payment.spent, *returned]:
        total[use.lot_id] += use.points
    assert not any(total.values())
    assert recovered <= quantity * 100


def test_reversing_all_of_what_is_reversed_moves_nothing_also_after_the_window() -> None:
    whole = decide_reversal(a_sale(1), None, paid(100), debt=0, transfer_ids=IDS, now=NOW)
    assert whole is not None
    again = decide_reversal(
        whole.reversal.redemption,
        None,
        replace(paid(100), returned=[LotUse(FIRST, 100)]),
        debt=0,
        transfer_ids=IDS,
        now=NOW + timedelta(days=99),
    )
    assert again is None
