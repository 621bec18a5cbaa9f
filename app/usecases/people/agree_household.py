"""Agree to one's part of a household; the last to agree fixes it for everybody."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.people.households import check_in_no_other, write_versions
from app.usecases.people.hold_named_household import hold_named_household
from behaviours.civil_time import civil_day
from behaviours.households import BY_GUARDIAN, BY_SELF, HouseholdVersion


def agree_household(
    connection: Connection,
    participant_id: UUID,
    version_id: UUID,
    *,
    zone: ZoneInfo,
    clock: Clock,
    guardian: UUID | None = None,
) -> HouseholdVersion:
    """The version with this person's word; again the same is the same.

    Everybody agrees while the own account is held, so that two households cannot have the same
    person at the same moment. Refuses with UnknownOfPerson, GuardianDecides, HouseholdVersionEnded
    or InAnotherHousehold.
    """
    held = hold_named_household(
        connection, participant_id, version_id, guardian=guardian, clock=clock
    )
    now, version = clock.now(), held.named(version_id)
    if version.has_word_of(participant_id):
        return version
    today, by = civil_day(now, zone), BY_SELF if guardian is None else BY_GUARDIAN
    changed = held.agree(version_id, participant_id, by, now=now, today=today)
    check_in_no_other(connection, participant_id, version.household_id, today=today, now=now)
    write_versions(connection, changed)
    return changed[-1]
