"""Prices that two agree on, through the use cases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.usecases.trading.accept_offer import accept_offer
from app.usecases.trading.counter_offer import counter_offer
from app.usecases.trading.offer_units import offer_units
from app.wiring import Wiring
from behaviours.viewer import Viewer
from rewards.trading.negotiation import Negotiation, PriceOffer
from tests.builders.market import NOW, run
from tests.builders.viewers import seller as seller_viewer

UNTIL = NOW + timedelta(days=2)


def proposed(tonnes: int, fen: int = 6_000, *, until: datetime = UNTIL) -> PriceOffer:
    return PriceOffer(tonnes, fen, until)


def offered(
    wiring: Wiring,
    block_id: UUID,
    seller: UUID | None,
    buyer: UUID,
    proposal: PriceOffer,
    *,
    at: datetime = NOW,
) -> Negotiation:
    """What a seller offers to a buyer."""
    made: Negotiation = run(
        wiring,
        offer_units,
        block_id,
        proposal,
        buyer_id=buyer,
        viewer=seller_viewer(seller),
        clock=StandingClock(at),
    ).negotiation
    return made


def countered(
    wiring: Wiring, one: Negotiation, by: Viewer, proposal: PriceOffer, *, at: datetime = NOW
) -> Any:
    return run(
        wiring, counter_offer, one.negotiation_id, proposal, viewer=by, clock=StandingClock(at)
    )


def accepted(wiring: Wiring, one: Negotiation, by: Viewer, *, at: datetime = NOW) -> UUID:
    """The trade that comes of it."""
    found: Negotiation = run(
        wiring,
        accept_offer,
        one.negotiation_id,
        terms=wiring.trade_terms,
        viewer=by,
        clock=StandingClock(at),
    ).negotiation
    assert found.trade_id is not None
    return found.trade_id
