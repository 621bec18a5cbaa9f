"""Whose offer is complained about."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import get_offer
from behaviours.complaint_refusals import UnknownComplaint


def merchant_of(connection: Connection, offer_id: UUID | None) -> UUID | None:
    """The merchant of an offer, where one is named. Raises UnknownComplaint."""
    if offer_id is None:
        return None
    offer = get_offer(connection, offer_id)
    if offer is None:
        raise UnknownComplaint("offer_named", pointer="/offer_id")
    return offer.merchant_id
