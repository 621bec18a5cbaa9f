"""End the households of people who go: from tomorrow on, for everybody who is in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.people.households import (
    hold_households,
    households_of,
    versions_of,
    write_versions,
)
from behaviours.civil_time import civil_day
from behaviours.households import HouseholdVersion, without


def end_households(
    connection: Connection,
    people: Sequence[UUID],
    *,
    zone: ZoneInfo,
    now: datetime,
    only: UUID | None = None,
) -> list[HouseholdVersion]:
    """What people of held accounts are in, or asked to be in, as it is over now.

    ``only``: of this household.
    """
    found = [each for each in households_of(connection, people) if only in (None, each)]
    if not found:
        return []
    hold_households(connection, found)
    ended = without(versions_of(connection, found), people, now, civil_day(now, zone))
    write_versions(connection, ended)
    return ended
