"""Read what a person can spend now, what is on its way, and what will expire when."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.store.database import Connection
from app.store.points.reading import balance
from behaviours.viewer import Viewer
from rewards.points.balance import Balance


def read_points(connection: Connection, viewer: Viewer, *, now: datetime, zone: tzinfo) -> Balance:
    """The person's own points; expiries are days of ``zone``."""
    assert viewer.tenant_id is not None, "a participant's token names the participant"
    return balance(connection, viewer.tenant_id, now=now, zone=zone)
