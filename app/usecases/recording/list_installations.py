"""List installations: what somebody may see, the last registered first."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording import installations as store
from behaviours.actions.installation import RegisteredInstallation
from behaviours.viewer import Viewer


def list_installations(
    connection: Connection,
    *,
    viewer: Viewer,
    kind: str | None,
    state: str | None,
    participant_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> list[RegisteredInstallation]:
    """Those of a kind, state and holder, or all, from before an id on."""
    return store.list_installations(
        connection,
        viewer=viewer,
        kind=kind,
        state=state,
        participant_id=participant_id,
        before=before,
        limit=limit,
    )
