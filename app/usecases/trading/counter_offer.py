"""Answer what the other side of a negotiation offered with another offer."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.trading.negotiations import (
    find_negotiation,
    insert_round,
    lock_negotiation,
    write_negotiation,
)
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.trading.see_negotiation import see_negotiation
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.trading.negotiation import PriceOffer, SeenNegotiation
from rewards.trading.refusals import UnknownTrade


def counter_offer(
    connection: Connection,
    negotiation_id: UUID,
    proposal: PriceOffer,
    *,
    viewer: Viewer,
    clock: Clock,
) -> SeenNegotiation:
    """The other side's turn is next. Raises UnknownTrade, NegotiationClosed, OfferLapsed,
    NotYourTurn, ValidityUnusable, OrganisationSuspended, OrganisationClosed."""
    seen = found_or(find_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    if seen.side_of(viewer) is None:
        raise UnknownTrade("negotiation")
    check_taking_part(connection, [seen.seller_id, seen.buyer_id])
    found = found_or(lock_negotiation(connection, negotiation_id), UnknownTrade("negotiation"))
    countered, said = found.counter(found.side_of(viewer), proposal, now=clock.now())
    insert_round(connection, said)
    write_negotiation(connection, countered)
    return see_negotiation(connection, countered)
