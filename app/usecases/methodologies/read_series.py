"""Read what was proposed of series, published or not."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.methodologies.series import all_values
from behaviours.rules.series_value import SeriesValue


def read_series(connection: Connection, *, zone: ZoneInfo) -> list[SeriesValue]:
    """In the order in which they were proposed."""
    return all_values(connection, zone)
