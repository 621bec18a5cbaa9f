"""Nobody buys of, or for, who is suspended; nobody pays what could not be delivered."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.closing import OrganisationHasMatters
from behaviours.standing import OrganisationClosed, OrganisationSuspended
from tests.builders.parallel import at_once
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner, listed
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
            pay_within=market.programme.pay_within,
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
        pay_within=market.programme.pay_within,
        clock=market.clock,
    )
    works = [closing(market, buyer, "authority"), order]
    last, ordered = at_once(market.settings.database_url, works)
    if isinstance(last, OrganisationHasMatters):
        assert (last.case, ordered.buyer_id) == ("open_trades", buyer)
    else:
        assert isinstance(ordered, OrganisationClosed)
