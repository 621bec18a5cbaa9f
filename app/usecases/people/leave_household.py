"""Leave a household: it is over for everybody once the day is."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.usecases.people.decide_for import decide_for
from app.usecases.people.end_households import end_households
from behaviours.households import HouseholdVersion
from behaviours.people import UnknownOfPerson, check_open


def leave_household(
    connection: Connection,
    participant_id: UUID,
    household_id: UUID,
    *,
    zone: ZoneInfo,
    clock: Clock,
    guardian: UUID | None = None,
) -> list[HouseholdVersion]:
    """What stood or waited of it, as it is over now.

    Refuses with UnknownOfPerson whoever is not in it (any more), and with GuardianDecides.
    """
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    decide_for(connection, participant_id, guardian=guardian, now=now)
    ended = end_households(connection, [participant_id], zone=zone, now=now, only=household_id)
    if not ended:
        raise UnknownOfPerson("household")
    return ended
