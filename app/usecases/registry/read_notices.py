"""What a holder of units was told of the bundles behind them."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.notices import list_notices
from behaviours.viewer import Viewer
from rewards.registry.holder_notice import HolderNotice


def read_notices(
    connection: Connection,
    viewer: Viewer,
    *,
    acknowledged: bool | None,
    before: UUID | None,
    most: int,
) -> list[HolderNotice]:
    """The organisation's own, newest first; None is both the acknowledged and the others."""
    assert viewer.tenant_id is not None, "a holder is an organisation"
    return list_notices(
        connection,
        organisation_id=viewer.tenant_id,
        acknowledged=acknowledged,
        before=before,
        most=most,
    )
