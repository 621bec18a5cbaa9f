"""A person's points over any days of earning, spending, expiring and taking back: nothing is lost.

Beside the lots and the postings stand plain piles, one for each action: what of its points is still
there, was spent, or expired. A pile knows of no lot, window or posting.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from rewards.ledger.points import (
    DEBT,
    EXPIRED,
    ISSUANCE,
    PARTICIPANT,
    LotUse,
    PersonsPoints,
    PointsPosting,
    merchant_account,
)
from rewards.points.clawback import AwardToTakeBack, OwnLot, claw_back_awards
from rewards.points.debt import AgedDebt, pay_debt, too_old, write_off_old
from rewards.points.expiry import OwnedLot, expire
from rewards.points.lots import Lot, NotEnoughPoints, allocate, spendable
from tests.builders.lots import NOW

PERSON, SHOP = UUID(int=1), UUID(int=2)
GOOD_FOR = timedelta(days=3)


@dataclass
class Pile:
    """The points of one action: how many there were, and what became of them."""

    points: int
    at: datetime
    left: int
    expired: int = 0
    taken_back: bool = False


class Person:
    """One lot for each action, every posting, and the piles beside them."""

    def __init__(self) -> None:
        self.ids = (UUID(int=number) for number in count(1000))
        self.now = NOW
        self.lots: list[Lot] = []
        self.expired: Counter[UUID] = Counter()
        self.book: list[PointsPosting] = []
        self.piles: list[Pile] = []
        self.debt = self.spent = 0

    def posts(self, postings: list[PointsPosting]) -> None:
        for posting in postings:
            self.book.append(posting)
            for use in posting.uses:
                at = next(at for at, each in enumerate(self.lots) if each.lot_id == use.lot_id)
                was = self.lots[at]
                self.lots[at] = replace(was, remaining=was.remaining + use.points)

    def earns(self, points: int) -> None:
        # Ids run backwards: it is the dates that decide which lot pays first.
        lot_id, action = UUID(int=900 - len(self.piles)), UUID(int=len(self.piles))
        self.lots.append(Lot(lot_id, self.now, self.now + GOOD_FOR, 0))
        theirs, put = PersonsPoints(PERSON, action), [LotUse(lot_id, points)]
        award = theirs.award(next(self.ids), put)
        self.posts([award, *pay_debt(theirs, next(self.ids), put, self.debt)])
        pays = min(self.debt, points)
        self.debt -= pays
        self.piles.append(Pile(points, self.now, points - pays))

    def spends(self, points: int) -> None:
        good = [each for each in self.piles if self.now < each.at + GOOD_FOR and each.left]
        able = sum(each.left for each in good)
        assert spendable(self.lots, self.now) == able
        if points > able:
            with pytest.raises(NotEnoughPoints) as refused:
                allocate(self.lots, points, self.now)
            assert refused.value.facts == {"needed": points, "available": able}
            return
        uses = allocate(self.lots, points, self.now)
        self.posts([PersonsPoints(PERSON, UUID(int=9)).spend(next(self.ids), SHOP, uses)])
        self.spent += points
        # Earned first is what expires first.
        for pile in good:
            part = min(points, pile.left)
            pile.left, points = pile.left - part, points - part

    def sweeps(self) -> None:
        due = [OwnedLot(PERSON, each) for each in self.lots if each.is_due(self.now)]
        self.expired.update({each.lot.lot_id: each.lot.remaining for each in due})
        self.posts(expire(due, [next(self.ids) for _ in due], now=self.now))
        for pile in self.piles:
            if self.now >= pile.at + GOOD_FOR:
                pile.expired, pile.left = pile.expired + pile.left, 0

    def is_taken_back(self, at: int) -> None:
        pile, lot = self.piles[at], self.lots[at]
        if pile.taken_back:
            return
        award = AwardToTakeBack(PERSON, UUID(int=at), pile.points, lot.available_at, lot.expires_at)
        own = {award.window: OwnLot(lot, self.expired[lot.lot_id])}
        [result], postings = claw_back_awards([award], own, self.ids)
        self.posts(postings)
        assert result.taken == pile.left + pile.expired
        assert result.taken + result.owed == pile.points
        self.debt += result.owed
        pile.taken_back, pile.left = True, 0
        pile.expired = 0

    def agrees(self) -> None:
        def held(account: str) -> int:
            return sum(each.change_of(account) for each in self.book)

        assert [each.remaining for each in self.lots] == [each.left for each in self.piles]
        left = sum(each.left for each in self.piles)
        issued = sum(each.points for each in self.piles if not each.taken_back)
        expired = sum(each.expired for each in self.piles)
        assert (held(PARTICIPANT), held(DEBT)) == (left, self.debt)
        assert (held(merchant_account(SHOP)), held(EXPIRED)) == (self.spent, expired)
        # What was awarded and not taken back is somewhere, or is missing because it is owed.
        assert held(ISSUANCE) == issued == left + self.spent + expired - self.debt
        assert min(self.debt, left, expired) >= 0


calls = st.lists(
    st.tuples(
        st.sampled_from(["earn", "earn", "spend", "sweep", "take back", "day"]),
        st.integers(1, 50),
    ),
    min_size=4,
    max_size=30,
)


@settings(max_examples=150)
@given(calls)
def test_points_and_plain_piles_agree_over_any_days(walk: list[tuple[str, int]]) -> None:
    # A pile that was earned later the same day has another window, so that lots stay apart.
    person = Person()
    for call, number in walk:
        person.now += timedelta(hours=1)
        if call == "earn":
            person.earns(number)
        elif call == "spend":
            person.spends(number)
        elif call == "day":
            person.now += timedelta(days=number % 4)
        elif call == "sweep":
            person.sweeps()
        elif person.piles:
            person.is_taken_back(number % len(person.piles))
        person.agrees()


@given(st.lists(st.tuples(*[st.integers(0, 99)] * 3), max_size=8))
def test_each_person_is_let_off_once_and_never_more_than_is_owed(
    some: list[tuple[int, int, int]],
) -> None:
    people = [AgedDebt(UUID(int=at), *each) for at, each in enumerate(some)]
    postings = write_off_old(people, (UUID(int=number) for number in count(500)))
    let_go = {each.participant_id: each.points for each in postings}
    assert len(let_go) == len(postings)
    for each in people:
        assert let_go.get(each.participant_id, 0) == too_old(each) <= each.debt
    assert all(each.posting.reference_id == each.participant_id for each in postings)
