"""Two agree on a price: nothing is reserved before that, and then it is a trade like any other."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import public
from app.jobs.pooling_tasks import expire_unpaid_trades
from app.jobs.task_run import TaskRun
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.lapse_negotiations import lapse_negotiations
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.refusals import (
    BlockNotAvailable,
    NotEnoughUnits,
    UnknownUnits,
    VerifierNotIndependent,
)
from rewards.trading.refusals import (
    ListingClosed,
    NegotiationClosed,
    OfferLapsed,
    UnknownTrade,
)
from tests.builders.answers import key, refusal
from tests.builders.at_once import at_once
from tests.builders.market import NOW, bundle, declare, rows, run, somebody
from tests.builders.negotiations import UNTIL, accepted, countered, offered, proposed
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, block
from tests.builders.standing import suspended
from tests.builders.viewers import enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def trade_row(wiring: Wiring, trade_id: UUID) -> dict[str, Any]:
    (row,) = rows(
        wiring,
        "select t.*, l.kind, l.state as listing_state from trade t join listing l"
        " using (listing_id) where trade_id = :id",
        id=trade_id,
    )
    return row


def test_what_two_agree_on_is_paid_and_delivered_as_any_trade(market: Wiring) -> None:
    seller, block_id = an_owner(market, 5)
    buyer = an_organisation(market, "enterprise")
    one = offered(market, block_id, seller, buyer, proposed(4))
    # Nothing is reserved by an offer.
    assert block(market, block_id).state == "active"
    countered(market, one, enterprise(buyer), proposed(3, 5_500))
    trade_id = accepted(market, one, enterprise(seller))
    trade = trade_row(market, trade_id)
    assert (trade["seller_id"], trade["buyer_id"]) == (seller, buyer)
    assert (trade["quantity_t"], trade["amount_fen"], trade["state"]) == (3, 16_500, "reserved")
    assert (trade["kind"], trade["listing_state"]) == ("negotiated", "closed")
    with pytest.raises(ListingClosed):
        run(
            market,
            order_units,
            trade["listing_id"],
            quantity_t=1,
            buyer_id=buyer,
            client_reference="x",
            terms=market.trade_terms,
            clock=StandingClock(NOW),
        )
    run(
        market,
        pay_trade,
        trade_id,
        payment_reference=secrets.token_hex(8),
        terms=market.trade_terms,
        viewer=enterprise(buyer),
        clock=StandingClock(NOW),
    )
    run(market, confirm_trade, trade_id, viewer=enterprise(seller), clock=StandingClock(NOW))
    held = rows(
        market,
        "select owner_id, sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where state = 'active' and owner_id is not null group by 1 order by 2",
    )
    assert held == [{"owner_id": seller, "t": 2}, {"owner_id": buyer, "t": 3}]


def test_what_is_not_paid_in_time_is_the_sellers_again(market: Wiring) -> None:
    seller, block_id = an_owner(market, 3)
    buyer = an_organisation(market, "enterprise")
    one = offered(market, block_id, seller, buyer, proposed(3))
    trade_id = accepted(market, one, enterprise(buyer))
    assert run(market, expire_trades, now=trade_row(market, trade_id)["pay_until"]) == 1
    back = block(market, block_id)
    assert (back.state, back.owner_id, back.listing_id) == ("active", seller, None)


def test_of_several_who_accept_the_same_units_at_once_one_has_them(market: Wiring) -> None:
    seller, block_id = an_owner(market, 3)
    buyers = [an_organisation(market, "enterprise") for _ in range(4)]
    offers = [offered(market, block_id, seller, each, proposed(3)) for each in buyers]
    answers = at_once(
        [
            lambda at=at: accepted(market, offers[at % 4], enterprise(buyers[at % 4]))
            for at in range(8)
        ]
    )
    (got,) = [each for each in answers if not isinstance(each, Refusal)]
    assert {type(each) for each in answers if isinstance(each, Refusal)} <= {
        BlockNotAvailable,
        NegotiationClosed,
    }
    winner = trade_row(market, got)["buyer_id"]
    states = rows(market, "select buyer_id, state from negotiation")
    assert {each["buyer_id"] for each in states if each["state"] == "accepted"} == {winner}
    # The others' offers stand, for what they are worth.
    assert sum(each["state"] == "offered" for each in states) == 3


def test_an_acceptance_and_a_withdrawal_at_once_are_one_of_the_two(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    seller, block_id = an_owner(market, 3)
    buyer = an_organisation(market, "enterprise")
    one = offered(
        market,
        block_id,
        seller,
        buyer,
        proposed(1, until=market.clock.now() + timedelta(days=2)),
        at=market.clock.now(),
    )
    path = f"/v1/negotiations/{public('ngt', one.negotiation_id)}"
    selling, buying = (token_for("enterprise", tenant=each) for each in (seller, buyer))
    answers = at_once(
        [
            lambda: http.post(f"{path}/accept", token=buying, key=key()),
            lambda: http.post(f"{path}/withdraw", token=selling),
        ]
        * 3
    )
    done = [each for each in answers if each.status_code == 200]
    assert len(done) == 1
    assert {refusal(each) for each in answers if each.status_code != 200} == {
        (409, "NEGOTIATION_CLOSED")
    }
    trades = rows(market, "select 1 from trade where buyer_id = :id", id=buyer)
    assert len(trades) == (done[0].json["state"] == "accepted")


def test_an_offer_lapses_by_itself(market: Wiring) -> None:
    seller, block_id = an_owner(market, 3)
    buyer = an_organisation(market, "enterprise")
    one = offered(market, block_id, seller, buyer, proposed(3))
    assert run(market, lapse_negotiations, now=UNTIL - timedelta(microseconds=1)) == 0
    # Nobody has swept yet: it stands no longer all the same.
    with pytest.raises(OfferLapsed):
        accepted(market, one, enterprise(buyer), at=UNTIL)
    expire_unpaid_trades(
        replace(market, clock=StandingClock(UNTIL)), TaskRun(UUID(int=1), None, {})
    )
    assert rows(market, "select state, closed_at from negotiation") == [
        {"state": "lapsed", "closed_at": UNTIL}
    ]
    with pytest.raises(NegotiationClosed):
        accepted(market, one, enterprise(buyer), at=UNTIL)


def test_what_went_another_way_since_is_refused_by_name(market: Wiring) -> None:
    seller, block_id = an_owner(market, 4)
    buyer, other = (an_organisation(market, "enterprise") for _ in range(2))
    with pytest.raises(NotEnoughUnits):
        offered(market, block_id, seller, buyer, proposed(5))
    with pytest.raises(UnknownUnits):
        offered(market, block_id, other, buyer, proposed(1))
    one = offered(market, block_id, seller, buyer, proposed(4))
    first = offered(market, block_id, seller, other, proposed(1))
    accepted(market, first, enterprise(other))
    with pytest.raises(BlockNotAvailable) as refused:
        accepted(market, one, enterprise(buyer))
    assert refused.value.case == "split_into"


def test_who_may_not_hold_the_units_is_offered_none(market: Wiring) -> None:
    seller, block_id = an_owner(market, 4)
    tied, buyer = (an_organisation(market, "enterprise") for _ in range(2))
    verifier = bundle(market, block(market, block_id).bundle_id).verifier_id
    assert verifier is not None
    declare(market, tied, by=somebody("authority"), interests=[verifier])
    with pytest.raises(VerifierNotIndependent):
        offered(market, block_id, seller, tied, proposed(1))
    one = offered(market, block_id, seller, buyer, proposed(1))
    declare(market, buyer, by=somebody("authority"), interests=[verifier])
    with pytest.raises(VerifierNotIndependent):
        accepted(market, one, enterprise(buyer))
    with pytest.raises(UnknownTrade):
        accepted(market, one, enterprise(tied))


class Table:
    """A seller and a buyer at one table, over the API, and somebody else outside."""

    def __init__(self, market: Wiring, http: Http, tokens: Tokens) -> None:
        self.http, self.market = http, market
        self.seller, block_id = an_owner(market, 4)
        self.buyer = an_organisation(market, "enterprise")
        self.selling, self.buying = (
            tokens("enterprise", tenant=each) for each in (self.seller, self.buyer)
        )
        self.outside, self.operator = tokens("enterprise"), tokens("operator")
        self.said = {
            "quantity_t": "3",
            "price": {"amount": "60.00", "currency": "CNY"},
            "valid_until": (market.clock.now() + timedelta(days=2)).isoformat(),
        }
        self.body = {
            **self.said,
            "block_id": public("blk", block_id),
            "buyer_id": public("org", self.buyer),
        }

    def offer(self, **changes: Any) -> Any:
        body = {**self.body, **changes}
        return self.http.post("/v1/negotiations", body, token=self.selling, key=key())

    def step(self, made: Any, step: str, token: str, body: Any = None) -> Any:
        path = f"/v1/negotiations/{made.json['id']}/{step}"
        return self.http.post(path, body, token=token, key=key())


@pytest.fixture
def table(market: Wiring, http: Http, token_for: Tokens) -> Table:
    return Table(market, http, token_for)


def test_both_sides_read_all_that_was_said_and_nobody_else(table: Table) -> None:
    made = table.offer()
    assert made.status_code == 201, made.text
    lower = {**table.said, "price": {"amount": "55.00", "currency": "CNY"}}
    assert refusal(table.step(made, "counter", table.selling, lower)) == (409, "NOT_YOUR_TURN")
    assert table.step(made, "counter", table.buying, lower).json["state"] == "countered"
    assert refusal(table.step(made, "accept", table.buying)) == (409, "NOT_YOUR_TURN")
    assert refusal(table.step(made, "withdraw", table.selling)) == (409, "NOT_YOUR_TURN")
    assert table.step(made, "accept", table.outside).status_code == 404
    done = table.step(made, "accept", table.selling).json
    assert done["trade_id"].startswith("trd_")
    path = f"/v1/negotiations/{made.json['id']}"
    for token in (table.selling, table.buying, table.operator):
        told = table.http.get(path, token=token).json
        assert [(each["by"], each["price"]["amount"]) for each in told["said"]] == [
            ("seller", "60.00"),
            ("buyer", "55.00"),
        ]
        listed = table.http.get("/v1/negotiations", token=token).json["data"]
        assert [each["id"] for each in listed] == [made.json["id"]]
    assert table.http.get(path, token=table.outside).status_code == 404
    assert table.http.get("/v1/negotiations", token=table.outside).json["data"] == []
    trade = table.http.get(f"/v1/trades/{done['trade_id']}", token=table.buying).json
    assert (trade["state"], trade["amount"]["amount"]) == ("reserved", "165.00")
    assert table.http.get("/v1/listings", token=table.outside).json["data"] == []
    # Each is told of every step of it.
    heard = table.http.get("/v1/events?type=negotiation", token=table.buying).json["data"]
    assert [each["type"].partition(".")[2] for each in heard] == [
        "offered",
        "countered",
        "accepted",
    ]


def test_an_offer_is_refused_or_withdrawn_once(table: Table) -> None:
    refused, withdrawn = table.offer(), table.offer()
    assert table.step(refused, "refuse", table.buying).json["state"] == "refused"
    assert table.step(withdrawn, "withdraw", table.selling).json["state"] == "withdrawn"
    for each in (refused, withdrawn):
        for step, token in (("accept", table.buying), ("refuse", table.buying)):
            assert refusal(table.step(each, step, token)) == (409, "NEGOTIATION_CLOSED")


def test_the_same_acceptance_sent_again_is_one_trade(table: Table) -> None:
    made, once = table.offer(), key()
    path = f"/v1/negotiations/{made.json['id']}/accept"
    first, again = (table.http.post(path, token=table.buying, key=once) for _ in range(2))
    assert first.json == again.json
    assert len(rows(table.market, "select 1 from trade where buyer_id = :i", i=table.buyer)) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"quantity_t": "0"}, "/quantity_t"),
        ({"quantity_t": "-1"}, "/quantity_t"),
        ({"quantity_t": "1.5"}, "/quantity_t"),
        ({"price": {"amount": "0.00", "currency": "CNY"}}, "/price/amount"),
        ({"valid_until": "2020-01-01T00:00:00Z"}, "/valid_until"),
        ({"valid_until": "2090-01-01T00:00:00Z"}, "/valid_until"),
        ({"buyer_id": f"org_{32 * '0'}"}, "/buyer_id"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_at_its_place(
    table: Table, changes: dict[str, Any], pointer: str
) -> None:
    answer = table.offer(**changes)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_who_is_suspended_negotiates_nothing(table: Table) -> None:
    made = table.offer()
    suspended(table.market, table.seller)
    for step, body in (("accept", None), ("counter", table.said)):
        assert refusal(table.step(made, step, table.buying, body)) == (
            409,
            "ORGANISATION_SUSPENDED",
        )
    assert table.step(made, "refuse", table.buying).json["state"] == "refused"
