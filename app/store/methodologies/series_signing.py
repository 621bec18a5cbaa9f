"""Signatures under a value of a series: the second one lets every process count by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.store.log.acting import tell
from app.store.methodologies.versions import raise_epoch
from app.store.signing import sign_by
from behaviours.civil_time import civil_day
from behaviours.logged_things import subject_of
from behaviours.rules.series_value import SERIES_VALUE, SeriesValue
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_value(
    connection: Connection, one: SeriesValue, *, by: Viewer, zone: ZoneInfo, now: datetime
) -> tuple[SeriesValue, list[str]]:
    """Sign a value that waits, and say which roles have yet to; one that is published is as it was.

    Whoever calls holds the lock of series. Raises SamePersonTwice.
    """
    if one.published_at is not None:
        return one, []
    missing = sign_by(connection, Matter(SERIES_VALUE, one.value_id, one.verb), by, now)
    if missing:
        return one, missing
    raise_epoch(connection)
    named = subject_of(SERIES_VALUE, one.value_id)
    tell(named.kind, named.name, {"published": True}, old={"published": False})
    return replace(one, published_at=now, published_on=civil_day(now, zone)), []
