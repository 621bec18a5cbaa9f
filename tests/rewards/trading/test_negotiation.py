"""A negotiation: whose turn it is, and until when what was said stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.refusals import BuyerIsSeller, UnknownReceiver
from rewards.trading.negotiation import (
    ACCEPT,
    COUNTER,
    LAPSE,
    OPEN,
    REFUSE,
    STATES,
    STEPS,
    WITHDRAW,
    Negotiation,
    PriceOffer,
    offer,
)
from rewards.trading.refusals import (
    NegotiationClosed,
    NotYourTurn,
    OfferLapsed,
    UnknownTrade,
    ValidityUnusable,
)
from rewards.trading.trade import Party
from tests.builders.market import NOW

SELLER, BUYER, BLOCK, TRADE, ID = (UUID(int=at) for at in range(1, 6))
UNTIL = NOW + timedelta(days=2)
TEN = PriceOffer(10, 6_000, UNTIL)


def offered(buyer_kind: str | None = "enterprise", buyer: UUID = BUYER) -> Negotiation:
    return offer(
        ID,
        seller_id=SELLER,
        buyer_id=buyer,
        buyer_kind=buyer_kind,
        block_id=BLOCK,
        proposal=TEN,
        now=NOW,
    )


def test_the_two_sides_speak_in_turn() -> None:
    one = offered()
    assert (one.last_round.number, one.last_round.by_seller) == (1, True)
    with pytest.raises(NotYourTurn) as refused:
        one.counter(Party.SELLER, TEN, now=NOW)
    assert refused.value.case == "wait"
    lower = TEN._replace(price_fen_per_tonne=5_000)
    two, said = one.counter(Party.BUYER, lower, now=NOW)
    assert (two.state, two.proposal, said.number, said.by_seller) == ("countered", lower, 2, False)
    three, said = two.counter(Party.SELLER, TEN, now=NOW)
    assert (three.state, said.number, said.by_seller) == ("offered", 3, True)
    with pytest.raises(NotYourTurn):
        three.accept(Party.SELLER, TRADE, now=NOW)
    done = three.accept(Party.BUYER, TRADE, now=NOW)
    assert (done.state, done.trade_id, done.closed_at) == ("accepted", TRADE, NOW)


def test_one_withdraws_what_is_ones_own_and_refuses_what_is_not() -> None:
    one = offered()
    assert one.move(WITHDRAW, Party.SELLER, now=NOW).state == "withdrawn"
    assert one.move(REFUSE, Party.BUYER, now=NOW).state == "refused"
    with pytest.raises(NotYourTurn) as refused:
        one.move(WITHDRAW, Party.BUYER, now=NOW)
    assert refused.value.case == "answer"
    with pytest.raises(NotYourTurn):
        one.move(REFUSE, Party.SELLER, now=NOW)


@pytest.mark.parametrize("step", [COUNTER, ACCEPT, REFUSE, WITHDRAW])
def test_what_stands_no_longer_is_not_answered(step: str) -> None:
    one = offered()
    by = Party.SELLER if step == WITHDRAW else Party.BUYER
    one.move(step, by, now=UNTIL - timedelta(microseconds=1))
    with pytest.raises(OfferLapsed):
        one.move(step, by, now=UNTIL)
    assert one.has_lapsed(UNTIL)
    assert one.move(LAPSE, Party.TIME, now=UNTIL).state == "lapsed"


def test_every_step_of_every_side_is_in_the_table_or_refused() -> None:
    for state in STATES:
        for step in (COUNTER, ACCEPT, REFUSE, WITHDRAW):
            for side in (Party.SELLER, Party.BUYER, None):
                found = Negotiation(ID, SELLER, BUYER, BLOCK, TEN, state, 1, NOW)
                entry = STEPS.get((step, state))
                if entry and entry.by is side:
                    assert found.move(step, side, now=NOW).state == entry.leads_to
                    continue
                with pytest.raises(Refusal) as refused:
                    found.move(step, side, now=NOW)
                expected = (
                    UnknownTrade
                    if side is None
                    else NotYourTurn
                    if state in OPEN
                    else NegotiationClosed
                )
                assert type(refused.value) is expected


def test_whom_and_how_long_an_offer_is_for() -> None:
    with pytest.raises(BuyerIsSeller):
        offered(buyer=SELLER)
    for kind in (None, "verifier", "exchange"):
        with pytest.raises(UnknownReceiver) as unknown:
            offered(kind)
        assert unknown.value.pointer == "/buyer_id"
    for until, case in ((NOW, "past"), (NOW + timedelta(days=90, microseconds=1), "far")):
        with pytest.raises(ValidityUnusable) as unusable:
            TEN._replace(valid_until=until).check(NOW)
        assert unusable.value.case == case


def test_operators_stand_for_the_programme() -> None:
    of_programme = Negotiation(ID, None, BUYER, BLOCK, TEN, "offered", 1, NOW)
    assert of_programme.side_of(Viewer("operator", None)) is Party.SELLER
    assert of_programme.side_of(Viewer("authority", None)) is None
    assert of_programme.side_of(Viewer("enterprise", BUYER)) is Party.BUYER
    assert offered().side_of(Viewer("operator", None)) is None
    assert offered().side_of(Viewer("enterprise", SELLER)) is Party.SELLER
