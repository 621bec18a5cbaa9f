"""Order tonnes of a listing: they are reserved for the buyer until the time to pay is over."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.store.registry.blocks import blocks_of_listing, cut, lock_blocks, write_blocks
from app.store.trading.listings import find_listing, lock_listing, write_listing
from app.store.trading.trades import find_trade, insert_trade, lapsed_trades_of, lock_trade
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.trading.check_exchange import check_exchange
from app.usecases.trading.check_project_covered import check_project_covered
from app.usecases.trading.return_units import return_units
from behaviours.refusal import found_or
from rewards.reference import ORDERING, reference
from rewards.registry.block import ORDER, covered_of
from rewards.trading.listing import Listing
from rewards.trading.refusals import UnknownTrade
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import ClosedAt, Trade, order


def order_units(
    connection: Connection,
    listing_id: UUID,
    *,
    quantity_t: int,
    buyer_id: UUID,
    client_reference: str,
    terms: TradeTerms,
    clock: Clock,
    closed_at: ClosedAt | None = None,
) -> Trade:
    """Reserve tonnes of an open listing, for as long as the programme gives to pay.

    Reservations that have lapsed count as free, whether or not they were swept. Raises
    UnknownTrade, ListingClosed, NotEnoughUnits, BuyerIsSeller, VerifierNotIndependent,
    UnitsNotCovered, ProjectUncovered, ReferenceReused, OrganisationSuspended, OrganisationClosed,
    and of the exchange ``closed_at`` which it was ExchangeUnknown, ExchangeIsParty and
    ExchangeTied. The same ``client_reference`` again answers the first order.
    """
    wanted = find_listing(connection, listing_id)
    seller_id = wanted.listing.seller_id if wanted else None
    check_taking_part(
        connection, [buyer_id, seller_id, closed_at.exchange_id if closed_at else None]
    )
    # An order that names no exchange is known again by what it was before there were any.
    asked = reference(
        ORDERING, buyer_id, client_reference, listing_id, quantity_t, *(closed_at or ())
    )
    trade_id = new_id()
    if (known := claim_reference(connection, asked, trade_id)) != trade_id:
        return _ordered_before(connection, known)
    listing = found_or(lock_listing(connection, listing_id), UnknownTrade("listing"))
    listing = _without_lapsed(connection, listing, now=clock.now())
    listing.check_order(buyer_id)
    if closed_at:
        check_exchange(connection, closed_at, [buyer_id, seller_id])
    offered = lock_blocks(connection, blocks_of_listing(connection, listing_id))
    now = clock.now()
    taken = cut(connection, covered_of(offered, quantity_t), quantity_t, now=now)
    check_project_covered(connection, taken, seller_id)
    check_holder(connection, taken, buyer_id, "buy")
    trade = order(
        listing,
        trade_id,
        buyer_id=buyer_id,
        quantity_t=quantity_t,
        terms=terms,
        now=now,
        closed_at=closed_at,
    )
    insert_trade(connection, trade)
    promise = {"listing_id": listing_id, "trade_id": trade.trade_id}
    write_blocks(connection, [each.move(ORDER, **promise, now=now) for each in taken])
    write_listing(connection, listing.take(quantity_t, now=now))
    return trade


def _ordered_before(connection: Connection, trade_id: UUID) -> Trade:
    first = find_trade(connection, trade_id)
    assert first is not None, "what was ordered is there"
    return first


def _without_lapsed(connection: Connection, listing: Listing, *, now: datetime) -> Listing:
    """The locked listing after its lapsed reservations were returned."""
    for trade_id in lapsed_trades_of(connection, listing.listing_id, now=now):
        trade = lock_trade(connection, trade_id)
        if trade is not None and trade.has_lapsed(now):
            listing = return_units(connection, trade.expire(now), listing, now=now)
    return listing
