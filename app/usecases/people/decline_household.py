"""Decline a household's version, or take back one's word: it is dropped for everybody."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.people.households import write_versions
from app.usecases.people.hold_named_household import hold_named_household
from behaviours.civil_time import civil_day
from behaviours.households import HouseholdVersion, drop


def decline_household(
    connection: Connection,
    participant_id: UUID,
    version_id: UUID,
    *,
    zone: ZoneInfo,
    clock: Clock,
    guardian: UUID | None = None,
) -> HouseholdVersion:
    """The version, dropped. What stood before it stands.

    Refuses with UnknownOfPerson, GuardianDecides or HouseholdVersionEnded.
    """
    held = hold_named_household(
        connection, participant_id, version_id, guardian=guardian, clock=clock
    )
    now = clock.now()
    dropped = drop(held.named(version_id), participant_id, now, civil_day(now, zone))
    write_versions(connection, [dropped])
    return dropped
