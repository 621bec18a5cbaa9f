"""Offer units to one buyer at a price."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.trading.negotiations import insert_negotiation
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.registry.hold_free_block import hold_free_block
from app.usecases.trading.see_negotiation import see_negotiation
from behaviours.viewer import Viewer
from rewards.registry.ranges import take
from rewards.trading.negotiation import PriceOffer, SeenNegotiation, offer
from rewards.trading.trade import seller_of


def offer_units(
    connection: Connection,
    block_id: UUID,
    proposal: PriceOffer,
    *,
    buyer_id: UUID,
    viewer: Viewer,
    clock: Clock,
) -> SeenNegotiation:
    """The buyer may accept, refuse or counter; nothing is reserved until somebody accepts.

    What is offered is there and free now, and may be gone when it is accepted. Raises UnknownUnits,
    BlockNotAvailable, AlreadyRetired, NotEnoughUnits, UnitsNotCovered, BuyerIsSeller,
    UnknownReceiver, VerifierNotIndependent, ValidityUnusable, OrganisationSuspended,
    OrganisationClosed.
    """
    seller_id = seller_of(viewer)
    buyer = organisation(connection, buyer_id)
    check_taking_part(connection, [seller_id, buyer_id if buyer else None])
    block = hold_free_block(connection, block_id, owner_id=seller_id)
    take([block.numbers], proposal.quantity_t)
    made = offer(
        new_id(),
        seller_id=seller_id,
        buyer_id=buyer_id,
        buyer_kind=buyer.kind if buyer else None,
        block_id=block_id,
        proposal=proposal,
        now=clock.now(),
    )
    check_holder(connection, [block], buyer_id, "buy")
    insert_negotiation(connection, made)
    return see_negotiation(connection, made)
