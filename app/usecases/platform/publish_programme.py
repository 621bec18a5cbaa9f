"""Publish the versions of the programme's document that are new."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.platform.programme import insert_programme, lock_programme, published_programmes
from behaviours.civil_time import civil_day
from behaviours.programme import Programme, Programmes, check_publishable


def publish_programme(
    connection: Connection, stated: Programmes, *, now: datetime
) -> list[Programme]:
    """What was added. All of an installation's first document; later, what is not in force yet.

    Raises ProgrammeChanged.
    """
    lock_programme(connection)
    added = check_publishable(published_programmes(connection), stated, civil_day(now, stated.zone))
    for programme in added:
        insert_programme(connection, programme, now=now)
    return added
