"""Sign a proposed value; the second person, of the other role, publishes it."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.series import all_values, lock_series
from app.store.methodologies.series_signing import sign_value
from behaviours.rules.factors import shipped_factors
from behaviours.rules.series_value import SeriesValue, SeriesValuePublished, UnknownSeriesValue
from behaviours.rules.supplying import check_value, with_supplied
from behaviours.viewer import Viewer


def sign_series(
    connection: Connection, value_id: UUID, *, by: Viewer, zone: ZoneInfo, clock: Clock
) -> tuple[SeriesValue, list[str]]:
    """The value, and whose signatures it still awaits; with none actions are counted by it.

    Raises UnknownSeriesValue, SeriesValuePublished, SeriesValueStands and SamePersonTwice.
    """
    lock_series(connection)
    now, known = clock.now(), all_values(connection, zone)
    found = next((each for each in known if each.value_id == value_id), None)
    if found is None:
        raise UnknownSeriesValue("series_value")
    if found.published_at is not None:
        raise SeriesValuePublished
    # Another of the same gas may have been published since it was proposed.
    check_value(found.said, with_supplied(shipped_factors(), [e for e in known if e.published_at]))
    return sign_value(connection, found, by=by, zone=zone, now=now)
