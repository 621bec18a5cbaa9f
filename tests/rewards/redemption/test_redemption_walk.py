"""A purchase on any way, from the hold or the till to its end: points and items stay accounted for.

Beside the real redemption and the postings stands a purse of plain numbers: what the person has,
what is held, what the merchant got, and what is owed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from rewards.ledger.points import DEBT, HELD, PARTICIPANT, LotUse, PointsPosting, merchant_account
from rewards.points.lots import Lot
from rewards.redemption.capture import CaptureFacts, WantedCapture, decide_capture
from rewards.redemption.code import TillCode
from rewards.redemption.purchase import Buyer, Decision, decide_hold
from rewards.redemption.redemption import Redemption, captured
from rewards.redemption.refusals import (
    CodeExpired,
    NothingToReverse,
    RedemptionNotHeld,
    ReversalWindowOver,
)
from rewards.redemption.undoing import Payment, cancel, decide_reversal
from tests.builders.lots import lot
from tests.builders.offers import NOW, OFFER, PERSON

# A minute passes with every call; the window to reverse is ten of them, a voucher's time twelve.
MINUTE, VOUCHER = timedelta(minutes=1), timedelta(minutes=12)
CHEAP = replace(OFFER, points=7, per_person_limit=None)


@dataclass
class Purse:
    """Plain numbers beside the book; ``items`` are those that are held or handed over."""

    has: int
    debt: int
    held: int = 0
    spent: int = 0
    items: int = 0

    def gets_back(self, points: int) -> None:
        pays = min(points, self.debt)
        self.debt -= pays
        self.has += points - pays


class Purchase:
    """One redemption, its lots and its postings, with the purse beside them."""

    def __init__(self, parts: list[int], quantity: int, debt: int, *, online: bool) -> None:
        self.lots = {each.lot_id: each for each in (lot(at, p) for at, p in enumerate(parts, 1))}
        self.ids = (UUID(int=number) for number in count(1000))
        self.now: datetime = NOW
        self.postings: list[PointsPosting] = []
        self.purse = Purse(sum(parts), debt)
        self.debt = debt
        self.start = Counter({PARTICIPANT: sum(parts), DEBT: debt})
        buyer = Buyer(
            PERSON, is_active=True, region="CN-33", offer=CHEAP, taken=0, lots=[*self.lots.values()]
        )
        decision = self.bought(buyer, quantity, online=online)
        self.redemption = decision.redemption
        self.posts(decision.postings)
        (paid,) = decision.postings
        self.payment = Payment(paid.uses)
        points = quantity * CHEAP.points
        self.purse.has -= points
        self.purse.items = quantity
        if online:
            self.redemption = replace(self.redemption, expires_at=NOW + VOUCHER)
            self.purse.held = points
        else:
            self.purse.spent = points

    def bought(self, buyer: Buyer, quantity: int, *, online: bool) -> Decision:
        if online:
            return decide_hold(buyer, quantity, UUID(int=4), NOW)
        code = TillCode(PERSON, None, NOW + MINUTE, None)
        wanted = WantedCapture(CHEAP.merchant_id, "62", CHEAP.offer_id, "T-1", "store-1", quantity)
        facts = CaptureFacts(code, None, buyer)
        return decide_capture(facts, wanted, transfer_id=UUID(int=4), now=NOW)

    def posts(self, postings: tuple[PointsPosting, ...]) -> None:
        for posting in postings:
            self.postings.append(posting)
            self.debt += posting.change_of(DEBT)
            for use in posting.uses:
                was: Lot = self.lots[use.lot_id]
                self.lots[use.lot_id] = replace(was, remaining=was.remaining + use.points)

    def fetches(self) -> None:
        if self.redemption.state != "held":
            with pytest.raises(RedemptionNotHeld):
                self.handed_over()
            return
        decided_by = Buyer(PERSON, is_active=True, region="", offer=CHEAP, taken=0, lots=[])
        code = TillCode(PERSON, None, self.now, self.redemption.redemption_id)
        wanted = WantedCapture(CHEAP.merchant_id, "62", CHEAP.offer_id, "T-1", "store-1")
        facts = CaptureFacts(code, self.redemption, decided_by)
        if self.now >= NOW + VOUCHER:
            with pytest.raises(CodeExpired):
                decide_capture(facts, wanted, transfer_id=UUID(int=5), now=self.now)
            return
        decision = decide_capture(facts, wanted, transfer_id=next(self.ids), now=self.now)
        self.redemption = decision.redemption
        self.posts(decision.postings)
        self.purse.spent, self.purse.held = self.purse.held, 0

    def handed_over(self) -> Redemption:
        return captured(self.redemption, CHEAP, out_request_no="T", store_id="s", now=self.now)

    def gives_up(self) -> None:
        ids = next(self.ids), next(self.ids)
        before = self.redemption.state
        if before in {"captured", "partly_reversed", "reversed"}:
            with pytest.raises(RedemptionNotHeld):
                cancel(self.redemption, self.payment, debt=0, transfer_ids=ids, now=self.now)
            return
        ended = cancel(
            self.redemption, self.payment, debt=self.debt, transfer_ids=ids, now=self.now
        )
        assert (ended is None) == (before != "held")
        if ended is not None:
            in_time = self.now < NOW + VOUCHER
            assert ended.redemption.state == ("released" if in_time else "expired")
            assert ended.paid_debt == min(self.debt, self.redemption.points)
            self.redemption = ended.redemption
            self.posts(ended.postings)
            self.purse.gets_back(self.purse.held)
            self.purse.held = self.purse.items = 0

    def reverses(self, quantity: int | None) -> None:
        ids = next(self.ids), next(self.ids)

        def asked() -> object:
            return decide_reversal(
                self.redemption,
                quantity,
                self.payment,
                debt=self.debt,
                transfer_ids=ids,
                now=self.now,
            )

        sale = self.redemption
        left = sale.quantity - sale.reversed_quantity
        if quantity is None and left == 0:
            assert asked() is None, "the same answer as the first time"
            return
        refused = (
            NothingToReverse
            if (quantity or 0) > left
            else RedemptionNotHeld
            if sale.state not in {"captured", "partly_reversed"}
            else ReversalWindowOver
            if sale.captured_at is None or self.now >= sale.captured_at + 10 * MINUTE
            else None
        )
        if refused is not None:
            with pytest.raises(refused):
                asked()
            return
        made = decide_reversal(
            sale, quantity, self.payment, debt=self.debt, transfer_ids=ids, now=self.now
        )
        assert made is not None
        self.redemption = made.reversal.redemption
        self.posts(made.postings)
        returned: list[LotUse] = [*self.payment.returned, *made.postings[0].uses]
        self.payment = replace(self.payment, returned=returned)
        points = (left if quantity is None else quantity) * CHEAP.points
        self.purse.spent -= points
        self.purse.items -= points // CHEAP.points
        self.purse.gets_back(points)

    def agrees(self) -> None:
        accounts = (PARTICIPANT, HELD, DEBT, merchant_account(CHEAP.merchant_id))
        held = {
            name: self.start[name] + sum(each.change_of(name) for each in self.postings)
            for name in accounts
        }
        purse = self.purse
        assert list(held.values()) == [purse.has, purse.held, purse.debt, purse.spent]
        assert sum(each.remaining for each in self.lots.values()) == purse.has
        assert all(each.remaining >= 0 for each in self.lots.values())
        redemption = self.redemption
        if redemption.state in {"held", "captured", "partly_reversed", "reversed"}:
            assert redemption.quantity_left == purse.items
        assert (redemption.state == "reversed") == (redemption.reversed_quantity > 0 == purse.items)
        assert (redemption.closed_at is None) == (
            redemption.state in {"held", "captured", "partly_reversed"}
        )


calls = st.lists(
    st.sampled_from(["fetch", "give up", "give up", "all", 1, 1, 2, 3, "wait", "wait"]),
    min_size=4,
    max_size=14,
)


@settings(max_examples=150)
@given(
    st.lists(st.integers(20, 60), min_size=2, max_size=4),
    st.integers(1, 5),
    st.integers(0, 30),
    st.booleans(),
    calls,
)
def test_a_purchase_and_a_purse_of_plain_numbers_agree_on_any_way(
    parts: list[int], quantity: int, debt: int, online: bool, walk: list[str | int]
) -> None:
    purchase = Purchase(parts, quantity, debt, online=online)
    purchase.agrees()
    for call in walk:
        purchase.now += MINUTE
        if call == "fetch":
            purchase.fetches()
        elif call == "give up":
            purchase.gives_up()
        elif call == "wait":
            purchase.now += 8 * MINUTE
        else:
            purchase.reverses(None if call == "all" else int(call))
        purchase.agrees()


def test_a_debt_is_paid_once_by_what_returns_and_the_rest_is_the_persons() -> None:
    purchase = Purchase([20, 20], 5, 10, online=False)
    for _ in range(5):
        purchase.reverses(1)
        purchase.agrees()
    assert (purchase.purse.has, purchase.purse.debt) == (30, 0)
    assert purchase.redemption.state == "reversed"
