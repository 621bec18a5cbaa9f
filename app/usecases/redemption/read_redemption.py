"""Read one redemption of a person."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.redemptions import get_redemption
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption


def read_redemption(connection: Connection, viewer: Viewer, redemption_id: UUID) -> Redemption:
    """The person's own, however it was made. Raises UnknownRedemption."""
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return found_or(
        get_redemption(connection, viewer.tenant_id, redemption_id),
        UnknownRedemption("own_redemption"),
    )
