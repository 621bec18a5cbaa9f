"""Read the bill of one merchant and one civil day."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from app.store.database import Connection
from app.store.redemption.bills import bill_lines
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.viewer import Viewer
from rewards.redemption.bill import BillLine, check_ready


def read_bill(
    connection: Connection, viewer: Viewer, on: date, *, zone: tzinfo, now: datetime
) -> list[BillLine]:
    """The merchant's own lines of a day that is over, in order. Raises BillNotReady."""
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    start, end = start_of_day(on, zone), day_ends_at(on, zone)
    check_ready(on, midnight_after=end, now=now)
    return bill_lines(connection, viewer.tenant_id, start=start, end=end)
