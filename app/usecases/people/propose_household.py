"""Propose whose part of a household is how much: a new one, or other parts of one that stands."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.households import check_in_no_other, found_household, write_versions
from app.store.people.texts import all_texts
from app.usecases.people.decide_for import decide_for
from app.usecases.people.hold_household import hold_household
from behaviours.civil_time import civil_day
from behaviours.households import (
    HouseholdHistory,
    HouseholdVersion,
    HouseholdWanted,
    propose,
)
from behaviours.people import UnknownOfPerson, check_open
from behaviours.texts import HOUSEHOLD, Texts


def propose_household(
    connection: Connection,
    proposer: UUID,
    wanted: HouseholdWanted,
    *,
    zone: ZoneInfo,
    signed_for: timedelta,
    clock: Clock,
) -> HouseholdVersion:
    """What waits for the others; who proposes has agreed.

    Whether those who are named have accounts is told to nobody. Refuses with UnknownOfPerson,
    GuardianDecides, TextNotInForce, HouseholdPartsWrong, HouseholdDayPassed, HouseholdVersionWaits
    or InAnotherHousehold.
    """
    check_open(is_open=hold_account(connection, proposer))
    decide_for(connection, proposer, guardian=None, now=clock.now())
    held, household_id = HouseholdHistory(), wanted.household_id or new_id()
    if wanted.household_id is not None:
        held = hold_household(connection, household_id)
        if not held.may_propose(proposer):
            raise UnknownOfPerson("household")
    now = clock.now()
    today = civil_day(now, zone)
    Texts(all_texts(connection)).check(
        [HOUSEHOLD], wanted.text_version, now, pointer="/text_version"
    )
    proposed = propose(
        (household_id, new_id()), wanted, proposer, held, now=now, today=today, waits=signed_for
    )
    check_in_no_other(connection, proposer, household_id, today=today, now=now)
    if wanted.household_id is None:
        found_household(connection, household_id, now=now)
    write_versions(connection, [*held.lapsed(now, today), proposed])
    return proposed
