"""Read the bill of one merchant and one civil day."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.bills import bill_lines
from app.usecases.redemption.whose_merchant import whose_merchant
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.viewer import Viewer
from rewards.redemption.bill import BillLine, check_ready


def read_bill(
    connection: Connection,
    viewer: Viewer,
    on: date,
    *,
    zone: tzinfo,
    now: datetime,
    merchant_id: UUID | None = None,
) -> list[BillLine]:
    """A merchant's lines of a day that is over, in order; None is the asker's own.

    Raises BillNotReady and UnknownOrganisation.
    """
    whose = whose_merchant(connection, viewer, merchant_id)
    start, end = start_of_day(on, zone), day_ends_at(on, zone)
    check_ready(on, midnight_after=end, now=now)
    return bill_lines(connection, whose, start=start, end=end)
