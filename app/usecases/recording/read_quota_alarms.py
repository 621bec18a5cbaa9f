"""Read of which providers a day's quota was nearly used, as the operators were told."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.quotas import QuotaAlarm, quota_alarms
from behaviours.viewer import Viewer


def read_quota_alarms(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[QuotaAlarm]:
    """The last first, from before an id on; for those who see everything."""
    assert viewer.sees_all
    return quota_alarms(connection, before=before, limit=most)
