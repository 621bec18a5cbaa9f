"""A trade names the exchange at which it was closed, and that one reads and settles it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.ids import public
from app.wiring import Wiring
from tests.builders.answers import key, refusal
from tests.builders.market import declare, somebody
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, listed
from tests.builders.standing import closed, lifted, suspended


class Floor:
    """A listing of an enterprise, a buyer of it, and an exchange beside them."""

    def __init__(self, market: Wiring, http: Http, tokens: Tokens) -> None:
        self.market, self.http, self.tokens = market, http, tokens
        self.seller, block_id = an_owner(market, 6)
        listing_id = listed(market, block_id, 6, seller=self.seller)
        self.orders = f"/v1/listings/{public('lst', listing_id)}/orders"
        self.buyer = an_organisation(market, "enterprise")
        self.exchange = an_organisation(market, "exchange")
        self.buying = tokens("enterprise", tenant=self.buyer)
        self.selling = tokens("enterprise", tenant=self.seller)
        self.settling = tokens("enterprise", tenant=self.exchange)

    def order(self, exchange: UUID | None = None, **more: Any) -> TestResponse:
        at = {} if exchange is None else {"exchange_id": public("org", exchange)}
        body = {"quantity_t": "1", **at, **more}
        return self.http.post(self.orders, body, token=self.buying, key=key())

    def paid(self, exchange: UUID | None = None, **more: Any) -> str:
        made = self.order(exchange, **more)
        assert made.status_code == 201, made.text
        trade = f"/v1/trades/{made.json['id']}"
        body = {"payment_reference": secrets.token_hex(8)}
        assert self.http.post(f"{trade}/pay", body, token=self.buying, key=key()).json
        return trade

    def listed(self, token: str, asked: str = "") -> list[str]:
        found = self.http.get(f"/v1/trades{asked}", token=token).json["data"]
        return [f"/v1/trades/{each['id']}" for each in found]


@pytest.fixture
def floor(market: Wiring, http: Http, token_for: Tokens) -> Floor:
    return Floor(market, http, token_for)


def test_a_trade_says_where_it_was_closed_and_so_does_the_register(floor: Floor) -> None:
    market, http = floor.market, floor.http
    other = an_organisation(market, "exchange")
    here, nowhere = floor.paid(floor.exchange), floor.paid()
    told = http.get(here, token=floor.buying).json
    assert (told["exchange_id"], told["exchange_tie"]) == (public("org", floor.exchange), None)
    assert told["exchange"]["id"] == public("org", floor.exchange)
    assert told["exchange"]["status"] == "active"
    assert http.get(nowhere, token=floor.buying).json["exchange"] is None
    # Its own are listed to an exchange, whoever bought and sold; another reads and settles none.
    assert floor.listed(floor.settling) == [here]
    elsewhere = floor.tokens("enterprise", tenant=other)
    assert floor.listed(elsewhere) == []
    assert http.get(here, token=elsewhere).status_code == 404
    assert http.post(f"{here}/confirm", token=elsewhere, key=key()).status_code == 404
    asked = f"?exchange_id={public('org', floor.exchange)}"
    for token in (floor.buying, floor.selling, floor.tokens("operator")):
        assert floor.listed(token, asked) == [here]
        assert set(floor.listed(token)) >= {here, nowhere}
    assert floor.listed(floor.buying, f"?exchange_id={public('org', other)}") == []
    assert (
        http.post(f"{here}/confirm", token=floor.settling, key=key()).json["state"] == "delivered"
    )
    assert http.post(f"{nowhere}/confirm", token=floor.selling, key=key()).status_code == 200
    handed = http.get("/v1/registry/transfers").json["data"]
    by_trade = {f"/v1/trades/{each['trade_id']}": each for each in handed}
    name = told["exchange"]["name"]
    assert (by_trade[here]["exchange_id"], by_trade[here]["exchange"]) == (
        public("org", floor.exchange),
        name,
    )
    assert by_trade[nowhere]["exchange_id"] is None
    narrowed = http.get(f"/v1/registry/transfers{asked}").json["data"]
    assert [f"/v1/trades/{each['trade_id']}" for each in narrowed] == [here]
    serial = narrowed[0]["serial"]
    both = f"/v1/registry/transfers{asked}&serial={serial}"
    assert len(http.get(both).json["data"]) == 1
    assert name in http.get(f"/registry/units?serial={serial}").text


def of_kind(kind: str) -> Callable[[Floor], UUID]:
    return lambda floor: an_organisation(floor.market, kind)


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (of_kind("enterprise"), "EXCHANGE_UNKNOWN"),
        (of_kind("verifier"), "EXCHANGE_UNKNOWN"),
        (lambda floor: UUID(int=7), "EXCHANGE_UNKNOWN"),
    ],
)
def test_what_is_no_exchange_is_refused(
    floor: Floor, named: Callable[[Floor], UUID], code: str
) -> None:
    answer = floor.order(named(floor))
    assert refusal(answer) == (422, code)
    assert answer.json["errors"][0]["pointer"] == "/exchange_id"


def test_an_exchange_that_buys_itself_closed_nothing(floor: Floor) -> None:
    body = {"quantity_t": "1", "exchange_id": public("org", floor.exchange)}
    own = floor.http.post(floor.orders, body, token=floor.settling, key=key())
    assert refusal(own) == (422, "EXCHANGE_IS_PARTY")


def test_a_tie_without_an_exchange_is_refused(floor: Floor) -> None:
    assert refusal(floor.order(exchange_tie="It owns us.")) == (422, "EXCHANGE_NOT_NAMED")


@pytest.mark.parametrize("side", ["buyer", "seller"])
def test_a_tie_is_stated_and_published_or_the_order_is_refused(floor: Floor, side: str) -> None:
    tied = floor.buyer if side == "buyer" else floor.seller
    declare(floor.market, floor.exchange, by=somebody("authority"), interests=[tied])
    answer = floor.order(floor.exchange)
    assert refusal(answer) == (409, "EXCHANGE_TIED")
    assert public("org", tied) in answer.json["detail"]
    tie = "The exchange holds a tenth of its shares."
    trade = floor.paid(floor.exchange, exchange_tie=tie)
    assert floor.http.get(trade, token=floor.settling).json["exchange_tie"] == tie
    floor.http.post(f"{trade}/confirm", token=floor.settling, key=key())
    (handed,) = floor.http.get(
        f"/v1/registry/transfers?exchange_id={public('org', floor.exchange)}"
    ).json["data"]
    assert handed["exchange_tie"] == tie


def test_who_is_suspended_or_closed_closes_no_trade_and_what_it_closed_goes_on(
    floor: Floor,
) -> None:
    trade = floor.paid(floor.exchange)
    suspended(floor.market, floor.exchange)
    assert refusal(floor.order(floor.exchange)) == (409, "ORGANISATION_SUSPENDED")
    assert floor.http.post(f"{trade}/confirm", token=floor.selling, key=key()).status_code == 200
    told = floor.http.get(trade, token=floor.buying).json
    assert told["exchange"]["status"] == "suspended"
    lifted(floor.market, floor.exchange)
    assert floor.order(floor.exchange).status_code == 201
    closed(floor.market, floor.exchange)
    assert refusal(floor.order(floor.exchange)) == (409, "ORGANISATION_CLOSED")


def test_one_number_orders_at_one_exchange(floor: Floor) -> None:
    number = {"client_reference": secrets.token_hex(8)}
    first = floor.order(floor.exchange, **number)
    assert floor.order(floor.exchange, **number).json["id"] == first.json["id"]
    other = an_organisation(floor.market, "exchange")
    for at in (other, None):
        assert refusal(floor.order(at, **number)) == (409, "CLIENT_REFERENCE_REUSED")
    plain = {"client_reference": secrets.token_hex(8)}
    assert floor.order(**plain).json["id"] == floor.order(**plain).json["id"]
