"""Read what each civil day comes to for one merchant."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.redemption.bills import settlements
from app.usecases.redemption.whose_merchant import whose_merchant
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.viewer import Viewer
from rewards.redemption.bill import SettledDay, is_ready


def read_settlements(
    connection: Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
    now: datetime,
    merchant_id: UUID | None = None,
) -> list[SettledDay]:
    """The days from ``first`` to ``last`` on which anything happened, the latest first; None is the
    asker's own. Raises UnknownOrganisation."""
    found = settlements(
        connection,
        whose_merchant(connection, viewer, merchant_id),
        start=start_of_day(first, zone),
        end=day_ends_at(last, zone),
        zone=zone.key,
    )
    return [SettledDay(each, is_ready(day_ends_at(each.on, zone), now)) for each in found]
