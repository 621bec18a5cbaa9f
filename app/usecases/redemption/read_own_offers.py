"""Read all of a merchant's offers."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import offers_of_merchant
from behaviours.viewer import Viewer
from rewards.redemption.offer import ShownOffer


def read_own_offers(
    connection: Connection, viewer: Viewer, *, before: UUID | None, most: int
) -> list[ShownOffer]:
    """The merchant's own, in every state, newest first."""
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    return offers_of_merchant(connection, viewer.tenant_id, before=before, limit=most)
