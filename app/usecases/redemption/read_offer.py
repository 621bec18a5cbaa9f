"""Read one offer."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import show_offer
from behaviours.viewer import Viewer
from rewards.redemption.offer import ShownOffer
from rewards.redemption.refusals import UnknownOffer


def read_offer(connection: Connection, viewer: Viewer | None, offer_id: UUID) -> ShownOffer:
    """An offer, also when its time has not come or is over; ``viewer`` None is the public.

    A draft is seen by its merchant and by who answers for the programme. Raises UnknownOffer.
    """
    shown = show_offer(connection, offer_id)
    if shown is None or not shown.offer.may_be_seen_by(viewer):
        raise UnknownOffer("offer")
    return shown
