"""Whoever closes settles first what is open of other people's: each matter on real rows."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.outbox import names
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.order_units import order_units
from app.wiring import Wiring
from behaviours.closing import OrganisationHasMatters
from behaviours.standing import CLOSED, OrganisationClosed
from tests.builders.market import (
    NOW,
    PV,
    operator,
    pooled_pv,
    rows,
    run,
    selected,
    submitted,
    task,
)
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner, listed, retirement_of
from tests.builders.standing import closed
from tests.builders.viewers import enterprise


def refused_for(wiring: Wiring, organisation_id: UUID) -> tuple[str, int]:
    """What is settled first, and how much of it there is."""
    with pytest.raises(OrganisationHasMatters) as told:
        closed(wiring, organisation_id)
    return told.value.case, told.value.facts["count"]


def ordered(wiring: Wiring, listing_id: UUID, buyer: UUID) -> Any:
    return run(
        wiring,
        order_units,
        listing_id,
        quantity_t=1,
        buyer_id=buyer,
        client_reference=secrets.token_hex(8),
        terms=wiring.trade_terms,
        clock=wiring.clock,
    )


def test_a_seller_ends_its_trades_and_listings_and_uses_its_units_first(market: Wiring) -> None:
    seller, block_id = an_owner(market, 2)
    listing_id = listed(market, block_id, 2, seller=seller)
    buyer = an_organisation(market, "enterprise")
    trade = ordered(market, listing_id, buyer)
    assert refused_for(market, seller) == ("open_trades", 1)
    assert refused_for(market, buyer) == ("open_trades", 1)
    run(market, cancel_trade, trade.trade_id, viewer=enterprise(buyer), clock=market.clock)
    assert closed(market, buyer).standing.state == CLOSED
    assert refused_for(market, seller) == ("open_listings", 1)
    with pytest.raises(OrganisationClosed):
        ordered(market, listing_id, buyer)
    run(market, close_listing, listing_id, viewer=enterprise(seller), clock=market.clock)
    assert refused_for(market, seller) == ("held_units_t", 2)
    run(market, retirement_of(market, seller, 2))
    assert closed(market, seller).standing.state == CLOSED


def test_a_provider_waits_until_what_it_reported_is_sealed_or_given_back(market: Wiring) -> None:
    pooled_pv(market, people=1)
    [row] = rows(market, "select provider_id from action")
    bundle_id = selected(market, methodology=PV)
    assert refused_for(market, row["provider_id"]) == ("open_bundles", 1)
    run(market, cancel_bundle, bundle_id, by=operator(), clock=StandingClock(NOW))
    task(market, names.RELEASE_BUNDLE, bundle_id)
    assert closed(market, row["provider_id"]).standing.state == CLOSED


def test_a_verifier_gives_its_opinion_first_or_is_relieved(market: Wiring) -> None:
    pooled_pv(market, people=1)
    bundle_id, verifier = submitted(market, methodology=PV)
    assert refused_for(market, verifier) == ("verifications", 1)
    run(market, cancel_bundle, bundle_id, by=operator(), clock=StandingClock(NOW))
    assert closed(market, verifier).standing.state == CLOSED
