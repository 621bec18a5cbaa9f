"""Civil time of the programme: the days, months and years that rules speak of."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

PROGRAMME_ZONE = ZoneInfo("Asia/Shanghai")


def civil_day(moment: datetime) -> date:
    """The day of an aware moment on the programme's calendar."""
    return moment.astimezone(PROGRAMME_ZONE).date()
