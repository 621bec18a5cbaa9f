"""The zone in which tests live that are not about zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def yesterday_morning() -> datetime:
    """Nine o'clock in China, when photovoltaics generate all over the country."""
    return (datetime.now(UTC) - timedelta(days=1)).replace(hour=1, minute=0, second=0)
