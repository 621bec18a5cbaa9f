"""Count the reductions of one window of time for a preview; nothing is marked."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.pooling.counting import counted_until, keep_reached, preview_window
from app.store.pooling.declared import find_declared
from app.store.pooling.selecting import BundleWindow
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.civil_time import day_ends_at, start_of_day
from rewards.pooling import counting
from rewards.pooling.bundle import COUNT, PLATFORM, STEPS
from rewards.pooling.counting import WindowStep


def preview_chunk(
    connection: Connection,
    bundle_id: UUID,
    *,
    width: timedelta,
    zone: ZoneInfo,
    now: datetime,
) -> WindowStep:
    """Count the next ``width`` of the bundle's period, and where to go on, in one transaction.

    Where the bundle is no draft any more, nothing is left to count. Two tasks that count the same
    bundle share its days between them.
    """
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    opens = start_of_day(bundle.occurred_from, zone)
    closes = day_ends_at(bundle.occurred_to, zone)
    if bundle.state not in STEPS[COUNT].needs:
        return WindowStep(0, closes - opens, closes - opens, finished=True)
    starts_at = counted_until(connection, bundle_id, counting.PREVIEW)
    if starts_at is None:
        find_declared(connection, zone=zone)
        starts_at = opens
    ends_at = min(starts_at + width, closes)
    found = preview_window(
        connection, bundle_id, bundle, BundleWindow(starts_at, ends_at), zone=zone
    )
    finished = ends_at == closes
    keep_reached(connection, bundle_id, counting.PREVIEW, until=ends_at, complete=finished, now=now)
    return WindowStep(found, ends_at - opens, closes - opens, finished)
