"""Read one of a merchant's own offers."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import show_offer
from behaviours.viewer import Viewer
from rewards.redemption.offer import ShownOffer
from rewards.redemption.refusals import UnknownOffer


def read_own_offer(connection: Connection, viewer: Viewer, offer_id: UUID) -> ShownOffer:
    """The merchant's own, in every state. Raises UnknownOffer."""
    shown = show_offer(connection, offer_id)
    if shown is None or shown.offer.merchant_id != viewer.tenant_id:
        raise UnknownOffer("own_offer")
    return shown
