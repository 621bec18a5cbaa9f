"""Read what people agreed to with a provider."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.own_lists import OwnPage, consents_to
from behaviours.own_people import OwnConsent


def read_own_consents(
    connection: Connection,
    provider_id: UUID,
    *,
    scene: str | None,
    withdrawn: bool | None,
    before: UUID | None,
    most: int,
) -> list[OwnConsent]:
    """The newest first, from before an id on; nothing of who left."""
    page = OwnPage(provider_id, before, most)
    return consents_to(connection, page, scene=scene, withdrawn=withdrawn)
