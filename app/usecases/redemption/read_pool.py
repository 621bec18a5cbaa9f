"""Read how many codes one of a merchant's own offers has left."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import get_offer
from app.store.redemption.pools import pool_state
from behaviours.viewer import Viewer
from rewards.redemption.pool import PoolState, check_pool
from rewards.redemption.refusals import UnknownOffer


def read_pool(connection: Connection, viewer: Viewer, offer_id: UUID) -> PoolState:
    """The codes themselves are shown to who has them only. Raises UnknownOffer, NoPoolOfCodes."""
    offer = get_offer(connection, offer_id)
    if offer is None or offer.merchant_id != viewer.tenant_id:
        raise UnknownOffer("own_offer")
    check_pool(offer)
    return pool_state(connection, offer_id)
