"""Whatever people, tills, sweeps and corrections do in whatever order: the books add up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings as hypothesis_settings, strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from app.clock import StandingClock
from app.settings import Settings
from app.store.audit.snapshot import snapshot
from app.store.redemption.stock import left_of
from app.usecases.audit.audit import audit
from app.usecases.points.expire_lots import expire_lots
from app.usecases.points.propose_budget import propose_budget
from app.usecases.points.sign_budget import sign_budget
from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.usecases.redemption.cancel_redemption import cancel_redemption
from app.usecases.redemption.release_lapsed_holds import release_lapsed_holds
from app.wiring import Wiring, wire
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.points.budget import PUBLISH, BudgetStage, NewBudget
from rewards.points.lots import NotEnoughPoints
from rewards.redemption.refusals import (
    CodeExpired,
    NothingToReverse,
    OutOfStock,
    PersonLimitReached,
    ReversalWindowOver,
)
from tests.builders.people import a_participant, a_user
from tests.builders.points import assert_points_balance, hand_back_boxes, points_of
from tests.builders.redemption import (
    a_code,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    reversing,
    wanting,
)

PEOPLE = st.integers(0, 1)
OFFERS = st.integers(0, 1)


@pytest.fixture
def own_wiring(settings: Settings, fresh_database: str) -> Iterator[Wiring]:
    """A process with a database of its own, so that all of it can be audited."""
    made = wire(replace(settings, database_url=fresh_database))
    yield made
    made.close()


class Story(RuleBasedStateMachine):
    """Two people, two offers (one scarce and limited) and a clock that only moves forward."""

    wiring: Wiring
    actions = Bundle("actions")
    sales = Bundle("sales")
    vouchers = Bundle("vouchers")

    @initialize(target=actions)
    def begin(self) -> Any:
        self.now = datetime.now(UTC).replace(microsecond=0)
        self.people = [a_participant(self.wiring) for _ in range(2)]
        for_ever = {"closes_at": self.now + timedelta(days=100_000)}
        self.offers = [
            an_offer(self.wiring, points=70, stock_total=3, per_person_limit=2, **for_ever),
            an_offer(self.wiring, points=130, reversal_window_s=3 * 24 * 3600, **for_ever),
        ]
        self.versions = [0, 0]
        self._put_up()
        return multiple(
            *(accepted for who in (0, 1) for accepted in self._give(who, 400, self.now))
        )

    def _put_up(self) -> None:
        """What is done in the last 200 days is of a budget, and what was done before is not."""
        zone, today = self.wiring.zone, civil_day(self.now, self.wiring.zone)
        said = NewBudget(
            "纸箱回收", "Boxes", None, ("parcel_box_return",), None,
            today - timedelta(days=200), today + timedelta(days=9_000),
            today + timedelta(days=9_001), 10**9, (BudgetStage(100, 100),),
        )  # fmt: skip
        then = StandingClock(self.now - timedelta(days=300))
        operator, authority = (
            Viewer(role, None, a_user(self.wiring, role)) for role in ("operator", "authority")
        )
        run = self.wiring.database.transact
        scenes = self.wiring.scenes
        budget, _ = run(propose_budget, said, scenes=scenes, by=operator, zone=zone, clock=then)
        run(sign_budget, budget.budget_id, PUBLISH, by=authority, zone=zone, clock=then)

    @rule(target=actions, person=PEOPLE, boxes=st.integers(1, 8), pending=st.booleans())
    def earn(self, person: int, boxes: int, pending: bool) -> Any:
        available_at = self.now + timedelta(days=2 if pending else 0)
        return multiple(*self._give(person, boxes * 50, available_at))

    @rule(person=PEOPLE, boxes=st.integers(1, 8))
    def earn_long_ago(self, person: int, boxes: int) -> None:
        """Points that are about to expire, or have expired and were not swept."""
        self._give(person, boxes * 50, self.now - timedelta(days=380))

    @rule(accepted=consumes(actions))
    def take_the_action_back(self, accepted: Recorded) -> None:
        assert accepted.action_id is not None
        wish = Reversing(accepted.action_id, "a mistake")
        [answer] = self.wiring.database.transact(
            reverse_actions,
            [wish],
            viewer=Viewer("operator", None),
            reversed_by="operator",
            rulebook=self.wiring.rulebook,
            policies=self.wiring.policies,
            now=self.now,
        )
        assert not isinstance(answer, Refusal)
        # What comes long after is kept.
        taken = answer.points_taken + answer.points_owed + answer.points_kept
        assert taken == accepted.points

    @rule(target=sales, person=PEOPLE, offer=OFFERS, quantity=st.integers(1, 3))
    def buy(self, person: int, offer: int, quantity: int) -> Any:
        expected = self._expected(person, offer, quantity)
        code = a_code(self.wiring, self.people[person], now=self.now)
        wanted = wanting(self.offers[offer], code, quantity=quantity)
        if expected:
            with pytest.raises(expected):
                capturing(self.wiring, wanted, now=self.now)
            return multiple()
        before = points_of(self.wiring, self.people[person], now=self.now)["available"]
        sale = capturing(self.wiring, wanted, now=self.now)
        after = points_of(self.wiring, self.people[person], now=self.now)["available"]
        assert before - after == quantity * self.offers[offer].points
        return (wanted, sale)

    @rule(sale=sales)
    def send_the_capture_again(self, sale: Any) -> None:
        wanted, first = sale
        again = capturing(self.wiring, wanted, now=self.now)
        assert again.redemption_id == first.redemption_id

    @rule(sale=sales, quantity=st.none() | st.integers(1, 2))
    def reverse(self, sale: Any, quantity: int | None) -> None:
        with suppress(NothingToReverse, ReversalWindowOver):
            reversing(self.wiring, sale[1], quantity=quantity, now=self.now)

    @rule(target=vouchers, person=PEOPLE, offer=OFFERS, quantity=st.integers(1, 2))
    def hold(self, person: int, offer: int, quantity: int) -> Any:
        expected = self._expected(person, offer, quantity)
        buyer, wanted = self.people[person], self.offers[offer]
        if expected:
            with pytest.raises(expected):
                redeeming(self.wiring, buyer, wanted, quantity=quantity, now=self.now)
            return multiple()
        voucher = redeeming(self.wiring, buyer, wanted, quantity=quantity, now=self.now)
        return (person, offer, voucher)

    @rule(target=sales, held=consumes(vouchers))
    def fetch(self, held: Any) -> Any:
        _, offer, voucher = held
        wanted = wanting(self.offers[offer], voucher.code)
        if self.now >= voucher.redemption.expires_at:
            with pytest.raises(CodeExpired):
                capturing(self.wiring, wanted, now=self.now)
            return multiple()
        return (wanted, capturing(self.wiring, wanted, now=self.now))

    @rule(held=consumes(vouchers))
    def cancel(self, held: Any) -> None:
        person, _, voucher = held
        identifier = voucher.redemption.redemption_id
        ended = self.wiring.database.transact(
            cancel_redemption, self.people[person], identifier, clock=StandingClock(self.now)
        )
        in_time = self.now < voucher.redemption.expires_at
        assert ended.state == ("released" if in_time else "expired")

    @rule(days=st.sampled_from([0, 0, 1, 2, 200]), hours=st.integers(0, 30))
    def pass_time(self, days: int, hours: int) -> None:
        self.now += timedelta(days=days, hours=hours)

    @rule(lots=st.integers(1, 50))
    def sweep_lots(self, lots: int) -> None:
        self.wiring.database.transact(expire_lots, clock=StandingClock(self.now), lots=lots)

    @rule()
    def sweep_holds(self) -> None:
        self.wiring.database.transact(release_lapsed_holds, clock=StandingClock(self.now))

    @invariant()
    def everything_adds_up(self) -> None:
        if not hasattr(self, "people"):
            return
        assert_points_balance(self.wiring, self.people)
        assert_stock_balances(self.wiring, [offer.offer_id for offer in self.offers])
        versions = [self._version(person) for person in self.people]
        assert all(after >= before for before, after in zip(self.versions, versions, strict=True))
        self.versions = versions
        for person in self.people:
            shown = points_of(self.wiring, person, now=self.now)
            expiring = sum(each["points"] for each in shown["expiring"])
            assert expiring == shown["available"] + shown["pending"]
            assert min(shown[name] for name in ("available", "pending", "held", "debt")) >= 0

    def _give(self, person: int, points: int, available_at: datetime) -> list[Recorded]:
        return hand_back_boxes(self.wiring, self.people[person], points, available_at=available_at)

    def _expected(self, person: int, offer: int, quantity: int) -> type[Refusal] | None:
        """What the plain reading of the books says about a purchase."""
        wanted, buyer = self.offers[offer], self.people[person]

        def ask(connection: Any) -> tuple[int, int]:
            # A lapsed hold of the buyer is let go on the way; those of others wait for a sweep.
            own = connection.execute(
                text(
                    "select coalesce(sum(quantity) filter (where offer_id = :offer), 0)"
                    " from redemption where participant_id = :buyer and state = 'held'"
                    " and expires_at <= :now"
                ),
                {"offer": wanted.offer_id, "buyer": buyer, "now": self.now},
            ).scalar_one()
            taken = connection.execute(
                text(
                    "select coalesce(sum(quantity), 0) from offer_taken"
                    " where participant_id = :buyer and offer_id = :offer"
                ),
                {"offer": wanted.offer_id, "buyer": buyer},
            ).scalar_one()
            return left_of(connection, wanted.offer_id) + own, taken - own

        stock, taken = self.wiring.database.transact(ask)
        if wanted.per_person_limit is not None and taken + quantity > wanted.per_person_limit:
            return PersonLimitReached
        available = points_of(self.wiring, buyer, now=self.now)["available"]
        if available < quantity * wanted.points:
            return NotEnoughPoints
        return OutOfStock if stock < quantity else None

    def _version(self, person: Any) -> int:
        return self.wiring.database.transact(
            lambda connection: connection.execute(
                text("select version from points_account where participant_id = :person"),
                {"person": person},
            ).scalar_one()
        )


def test_any_sequence_of_verbs_leaves_books_that_add_up(own_wiring: Wiring) -> None:
    class ThisStory(Story):
        wiring = own_wiring

    run_state_machine_as_test(
        ThisStory,
        settings=hypothesis_settings(
            max_examples=25,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    with snapshot(own_wiring.database) as connection:
        print(
            connection.execute(
                text("select kind, count(*) from points_transfer group by 1")
            ).fetchall()
        )
        findings = audit(connection, rulebook=own_wiring.rulebook, policies=own_wiring.policies)
    assert [each.line() for each in findings if not each.ok] == []
