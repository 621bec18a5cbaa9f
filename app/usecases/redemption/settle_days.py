"""What each civil day comes to for one merchant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.redemption.bills import settlements
from behaviours.civil_time import start_of_day
from rewards.redemption.bill import Settlement, is_ready


@dataclass(frozen=True, slots=True)
class DaySettled:
    """``is_final`` once the day's bill can be drawn: then nothing changes it any more."""

    settlement: Settlement
    is_final: bool


def settle_days(
    connection: Connection,
    merchant_id: UUID,
    *,
    first: date,
    last: date,
    zone: ZoneInfo,
    now: datetime,
) -> list[DaySettled]:
    """The days from ``first`` to ``last`` on which anything happened, the latest first."""
    found = settlements(
        connection,
        merchant_id,
        start=start_of_day(first, zone),
        end=start_of_day(last + timedelta(days=1), zone),
        zone=zone.key,
    )
    return [
        DaySettled(each, is_ready(start_of_day(each.on + timedelta(days=1), zone), now))
        for each in found
    ]
