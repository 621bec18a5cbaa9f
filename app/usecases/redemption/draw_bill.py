"""The bill of one merchant and one civil day."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.redemption.bills import bill_lines
from behaviours.civil_time import start_of_day
from rewards.redemption.bill import BillLine, check_ready


def draw_bill(
    connection: Connection, merchant_id: UUID, on: date, *, zone: ZoneInfo, now: datetime
) -> list[BillLine]:
    """The lines of a day that is over, in order. Raises BillNotReady."""
    start, end = start_of_day(on, zone), start_of_day(on + timedelta(days=1), zone)
    check_ready(on, midnight_after=end, now=now)
    return bill_lines(connection, merchant_id, start=start, end=end)
