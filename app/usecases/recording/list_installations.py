"""List installations: what somebody may see, the last registered first."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording import installations as store
from behaviours.actions.installation import RegisteredInstallation, SoughtInstallations
from behaviours.viewer import Viewer


def list_installations(
    connection: Connection,
    sought: SoughtInstallations,
    *,
    viewer: Viewer,
    before: UUID | None,
    most: int,
) -> list[RegisteredInstallation]:
    """Those of a kind, state and holder, or all, from before an id on."""
    return store.installations_page(connection, sought, viewer=viewer, before=before, limit=most)
