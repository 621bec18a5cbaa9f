"""Change a person's region: they moved, or it was never the one that stands there."""

from __future__ import annotations

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.homes import home_of, move_home
from app.usecases.people.decide_for import decide_for
from behaviours.civil_time import civil_day
from behaviours.homes import BY_GUARDIAN, BY_PERSON, FormerRegion, Telling, leave_region
from behaviours.people import check_open
from behaviours.rules.factors import shipped_factors


def change_region(
    connection: Connection,
    participant_id: UUID,
    region: str,
    moved_on: date | None,
    *,
    zone: ZoneInfo,
    clock: Clock,
    guardian: UUID | None = None,
) -> FormerRegion:
    """What became of the former region. What was done there before stays as it was recorded.

    Refuses with UnknownOfPerson, GuardianDecides, UnknownRegion, RegionUnchanged, MovedInFuture or
    MovedBefore.
    """
    shipped_factors().check_region(region)
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    decide_for(connection, participant_id, guardian=guardian, now=now)
    former = leave_region(
        home_of(connection, participant_id, zone=zone),
        region,
        moved_on,
        change_id=new_id(),
        told=Telling(BY_PERSON if guardian is None else BY_GUARDIAN, now, civil_day(now, zone)),
    )
    move_home(connection, participant_id, region, former)
    return former
