"""Hold the household of a version that names somebody, for whoever decides for them."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.households import household_naming
from app.usecases.people.decide_for import decide_for
from app.usecases.people.hold_household import hold_household
from behaviours.households import HouseholdHistory
from behaviours.people import UnknownOfPerson, check_open


def hold_named_household(
    connection: Connection,
    participant_id: UUID,
    version_id: UUID,
    *,
    guardian: UUID | None,
    clock: Clock,
) -> HouseholdHistory:
    """First the account, then the household. Refuses with UnknownOfPerson or GuardianDecides."""
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    decide_for(connection, participant_id, guardian=guardian, now=clock.now())
    household_id = household_naming(connection, participant_id, version_id)
    if household_id is None:
        raise UnknownOfPerson("household")
    return hold_household(connection, household_id)
