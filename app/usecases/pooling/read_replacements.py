"""What was offered for a bundle that is short of cover."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.replacing import list_replacements
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.registry.replacement import Replacement


def read_replacements(
    connection: Connection, bundle_id: UUID, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Replacement]:
    """Newest first; an enterprise sees its own. Raises UnknownBundle."""
    read_bundle(connection, bundle_id, viewer=viewer)
    return list_replacements(
        connection,
        bundle_id,
        of=viewer.tenant_id,
        everybodys=viewer.sees_all,
        before=before,
        most=most,
    )
