"""Read what waits for an operator's publication."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.offers import draft_offers
from behaviours.viewer import Viewer
from rewards.redemption.offer import ShownOffer


def read_draft_offers(
    connection: Connection, viewer: Viewer, *, before: UUID | None, most: int
) -> list[ShownOffer]:
    """Every merchant's drafts for who answers for the programme, newest first; else none."""
    if not viewer.sees_all:
        return []
    return draft_offers(connection, before=before, limit=most)
