"""Accept what the other side of a negotiation offered: it becomes a trade."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.registry.blocks import write_blocks
from app.store.trading.listings import insert_listing
from app.store.trading.negotiations import (
    find_negotiation,
    lock_negotiation,
    write_negotiation,
)
from app.store.trading.trades import insert_trade
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.registry.take_units import take_units
from app.usecases.trading.check_project_covered import check_project_covered
from app.usecases.trading.see_negotiation import see_negotiation
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.registry.block import LIST, ORDER, Block
from rewards.trading.listing import CLOSED, NEGOTIATED, Listing
from rewards.trading.negotiation import Negotiation, SeenNegotiation
from rewards.trading.refusals import UnknownTrade
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import order


def accept_offer(
    connection: Connection,
    negotiation_id: UUID,
    *,
    terms: TradeTerms,
    viewer: Viewer,
    clock: Clock,
) -> SeenNegotiation:
    """The negotiation with its trade: the units are reserved from now on, as long as ``terms`` give
    to pay.

    Raises UnknownTrade, NegotiationClosed, OfferLapsed, NotYourTurn, and of units that went another
    way since UnknownUnits, BlockNotAvailable, AlreadyRetired, NotEnoughUnits, UnitsNotCovered,
    ProjectUncovered; VerifierNotIndependent, OrganisationSuspended, OrganisationClosed.
    """
    seen = found_or(find_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    if seen.side_of(viewer) is None:
        raise UnknownTrade("negotiation")
    check_taking_part(connection, [seen.seller_id, seen.buyer_id])
    found = found_or(lock_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    trade_id = new_id()
    accepted = found.accept(found.side_of(viewer), trade_id, now=clock.now())
    offered = found.proposal
    (lot,), now = take_units(
        connection,
        found.block_id,
        owner_id=found.seller_id,
        quantity_t=offered.quantity_t,
        clock=clock,
    )
    check_project_covered(connection, [lot], found.seller_id)
    check_holder(connection, [lot], found.buyer_id, "buy")
    listing = _listing(found, lot, now)
    insert_listing(connection, listing)
    insert_trade(
        connection,
        order(
            listing,
            trade_id,
            buyer_id=found.buyer_id,
            quantity_t=offered.quantity_t,
            terms=terms,
            now=now,
        ),
    )
    promise = {"listing_id": listing.listing_id, "trade_id": trade_id}
    write_blocks(connection, [lot.move(LIST, now=now).move(ORDER, **promise, now=now)])
    write_negotiation(connection, accepted)
    return see_negotiation(connection, accepted)


def _listing(agreed: Negotiation, lot: Block, now: datetime) -> Listing:
    """Of units that one buyer has from the beginning: closed, and open to nobody."""
    offered = agreed.proposal
    return Listing(
        new_id(),
        agreed.seller_id,
        lot.block_id,
        offered.quantity_t,
        0,
        offered.price_fen_per_tonne,
        CLOSED,
        now,
        closed_at=now,
        kind=NEGOTIATED,
    )
