"""What a holder of units was told of the bundles behind them."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.notices import list_notices
from rewards.registry.holder_notice import HolderNotice


def read_notices(
    connection: Connection,
    *,
    organisation_id: UUID,
    acknowledged: bool | None,
    before: UUID | None,
    most: int,
) -> list[HolderNotice]:
    """The organisation's own, newest first; None is both the acknowledged and the others."""
    return list_notices(
        connection,
        organisation_id=organisation_id,
        acknowledged=acknowledged,
        before=before,
        most=most,
    )
