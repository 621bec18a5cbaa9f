"""Nobody buys of, or for, who is suspended; nobody pays what could not be delivered."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.ids import public
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.closing import OrganisationHasMatters
from behaviours.standing import OrganisationClosed, OrganisationSuspended
from tests.builders.answers import key
from tests.builders.market import issued, pooled_pv
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, listed, programme_block
from tests.builders.standing import closing, lifted, suspended
from tests.builders.viewers import enterprise


def test_nobody_buys_of_or_for_who_is_suspended(market: Wiring) -> None:
    seller, block_id = an_owner(market, 2)
    listing_id = listed(market, block_id, 2, seller=seller)
    buyer = an_organisation(market, "enterprise")

    def order(by: UUID) -> Any:
        return market.database.transact(
            order_units,
            listing_id,
            quantity_t=1,
            buyer_id=by,
            client_reference=secrets.token_hex(8),
            terms=market.trade_terms,
            clock=market.clock,
        )

    ordered = order(buyer)
    suspended(market, buyer)
    with pytest.raises(OrganisationSuspended):
        order(buyer)
    lifted(market, buyer)

    done = suspended(market, seller)
    told = done.matters.blocking | done.matters.ending
    assert told == {"open_trades": 1, "open_listings": 1, "held_units_t": 2, "clients": 1}
    with pytest.raises(OrganisationSuspended):
        order(an_organisation(market, "enterprise"))

    def pay() -> Any:
        return market.database.transact(
            pay_trade,
            ordered.trade_id,
            payment_reference=f"bank-{ordered.trade_id}",
            terms=market.trade_terms,
            viewer=enterprise(buyer),
            clock=market.clock,
        )

    with pytest.raises(OrganisationSuspended):
        pay()
    lifted(market, seller)
    assert pay().state == "paid"
    order(an_organisation(market, "enterprise"))


def test_a_closing_beside_a_new_order_leaves_no_third_outcome(market: Wiring) -> None:
    seller, block_id = an_owner(market, 2)
    listing_id = listed(market, block_id, 2, seller=seller)
    buyer = an_organisation(market, "enterprise")
    market.database.transact(closing(market, buyer, "operator"))
    order = partial(
        order_units,
        listing_id=listing_id,
        quantity_t=1,
        buyer_id=buyer,
        client_reference=secrets.token_hex(8),
        terms=market.trade_terms,
        clock=market.clock,
    )
    works = [closing(market, buyer, "authority"), order]
    last, ordered = at_once(market.settings.database_url, works)
    if isinstance(last, OrganisationHasMatters):
        assert (last.case, ordered.buyer_id) == ("open_trades", buyer)
    else:
        assert isinstance(ordered, OrganisationClosed)


def test_a_listing_says_that_its_seller_was_suspended(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    seller, block_id = an_owner(market, 2)
    path = f"/v1/listings/{public('lst', listed(market, block_id, 2, seller=seller))}"
    buyer = token_for("enterprise")
    before = http.get(path, token=buyer).json["seller"]
    assert (before["id"], before["status"]) == (public("org", seller), "active")
    assert before["status_since"] is None
    suspended(market, seller)
    after = http.get(path, token=buyer).json["seller"]
    assert (after["id"], after["name"]) == (before["id"], before["name"])
    assert after["status"] == "suspended"
    assert after["status_since"]
    lifted(market, seller)
    assert http.get(path, token=buyer).json["seller"]["status"] == "active"


def test_a_trade_says_which_of_its_sides_was_stopped(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    seller, block_id = an_owner(market, 2)
    listing = public("lst", listed(market, block_id, 2, seller=seller))
    buyer = an_organisation(market, "enterprise")
    ordered = http.post(
        f"/v1/listings/{listing}/orders",
        {"quantity_t": "1"},
        token=token_for("enterprise", tenant=buyer),
        key=key(),
    ).json
    operator = token_for("operator")

    def sides() -> tuple[str, str]:
        one = http.get(f"/v1/trades/{ordered['id']}", token=operator).json
        listed = http.get("/v1/trades", token=operator).json["data"]
        assert [each for each in listed if each["id"] == one["id"]] == [one]
        assert (one["seller"]["id"], one["buyer"]["id"]) == (one["seller_id"], one["buyer_id"])
        return one["seller"]["status"], one["buyer"]["status"]

    assert sides() == ("active", "active")
    suspended(market, buyer)
    assert sides() == ("active", "suspended")
    suspended(market, seller)
    assert sides() == ("suspended", "suspended")
    lifted(market, buyer)
    assert sides() == ("suspended", "active")


def test_what_the_programme_sells_has_no_seller_to_suspend(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market, people=3, kwh="4000")
    block_id = programme_block(market, issued(market))
    listing = f"/v1/listings/{public('lst', listed(market, block_id, 1))}"
    buyer = token_for("enterprise")
    ordered = http.post(f"{listing}/orders", {"quantity_t": "1"}, token=buyer, key=key()).json
    assert http.get(listing, token=buyer).json["seller"] is None
    trade = http.get(f"/v1/trades/{ordered['id']}", token=buyer).json
    assert (trade["seller"], trade["buyer"]["status"]) == (None, "active")
