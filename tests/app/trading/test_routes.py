"""The routes of trading: who may, and what is not there for others."""

from __future__ import annotations

from werkzeug.test import TestResponse

from app.ids import public
from app.wiring import Wiring
from tests.builders.answers import PRICE, RETIREMENT, key
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, listed


def test_anothers_units_and_trades_do_not_exist(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 3)
    listing_id = listed(market, block_id, 2, seller=enterprise)
    buyer, stranger = an_organisation(market, "enterprise"), token_for("enterprise")
    ordered = http.post(
        f"/v1/listings/{public('lst', listing_id)}/orders",
        {"quantity_t": "1"},
        token=token_for("enterprise", tenant=buyer),
        key=key(),
    ).get_json()
    trade = f"/v1/trades/{ordered['id']}"
    tries: list[TestResponse] = [
        http.get(trade, token=stranger),
        http.post(f"{trade}/pay", {"payment_reference": "x"}, token=stranger, key=key()),
        http.post(f"{trade}/confirm", token=stranger, key=key()),
        http.post(f"{trade}/cancel", token=stranger),
        http.post(f"/v1/listings/{public('lst', listing_id)}/close", token=stranger),
        http.post(
            "/v1/retirements",
            {**RETIREMENT, "block_id": public("blk", block_id)},
            token=stranger,
            key=key(),
        ),
        http.post(
            "/v1/listings",
            {"block_id": public("blk", block_id), "quantity_t": "1", "price": PRICE},
            # An operator sells for the programme, not for an enterprise.
            token=token_for("operator"),
            key=key(),
        ),
    ]
    assert [answer.status_code for answer in tries] == [404] * len(tries)
    assert http.get("/v1/trades", token=stranger).get_json()["data"] == []
    assert http.get("/v1/holdings", token=stranger).get_json()["data"] == []


def test_an_exchange_confirms_what_it_did_not_sell(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 1)
    listing_id = listed(market, block_id, 1, seller=enterprise)
    buyer = token_for("enterprise")
    ordered = http.post(
        f"/v1/listings/{public('lst', listing_id)}/orders",
        {"quantity_t": "1"},
        token=buyer,
        key=key(),
    ).get_json()
    trade = f"/v1/trades/{ordered['id']}"
    http.post(f"{trade}/pay", {"payment_reference": "X-1"}, token=buyer, key=key())
    exchange = token_for("enterprise", tenant=an_organisation(market, "exchange"))
    assert http.get(trade, token=exchange).get_json()["state"] == "paid"
    assert http.get(trade, token=token_for("enterprise")).status_code == 404
    answer = http.post(f"{trade}/confirm", token=exchange, key=key())
    assert answer.status_code == 200
    assert http.get("/v1/holdings", token=buyer).get_json()["data"][0]["quantity_t"] == "1"


def test_a_buyer_calls_off_what_is_not_paid_and_a_seller_what_is_not_delivered(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    enterprise, block_id = an_owner(market, 2)
    listing_id = listed(market, block_id, 2, seller=enterprise)
    buyer, seller = token_for("enterprise"), token_for("enterprise", tenant=enterprise)

    def order() -> str:
        path = f"/v1/listings/{public('lst', listing_id)}/orders"
        made = http.post(path, {"quantity_t": "2"}, token=buyer, key=key())
        assert made.status_code == 201
        return f"/v1/trades/{made.get_json()['id']}"

    assert http.post(f"{order()}/cancel", token=buyer).status_code == 200
    trade = order()
    http.post(f"{trade}/pay", {"payment_reference": "X-1"}, token=buyer, key=key())
    assert http.post(f"{trade}/cancel", token=buyer).status_code == 409
    assert http.post(f"{trade}/cancel", token=seller).get_json()["state"] == "cancelled"
    order()
