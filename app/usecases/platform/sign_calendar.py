"""Sign the days of a year; the second person, of the other role, publishes them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.log.acting import tell
from app.store.platform.calendars import all_years, lock_calendars
from app.store.signing import sign
from behaviours.calendars import CALENDAR, CalendarYear, UnknownCalendar, check_waits
from behaviours.logbook import LoggedSubject
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def sign_calendar(
    connection: Connection, calendar_id: UUID, *, by: Viewer, clock: Clock
) -> tuple[CalendarYear, list[str]]:
    """The year, and whose signatures it still awaits; with none clocks that begin go by it.

    Refuses with UnknownCalendar, CalendarPublished or SamePersonTwice.
    """
    lock_calendars(connection)
    now, known = clock.now(), all_years(connection)
    found = next((each for each in known if each.calendar_id == calendar_id), None)
    if found is None:
        raise UnknownCalendar("calendar")
    check_waits(found, known)
    named = LoggedSubject(CALENDAR, str(found.year))
    matter = Matter(CALENDAR, calendar_id, found.verb)
    missing = missing_roles(sign(connection, matter, signature_of(by, now), subject=named))
    if missing:
        return found, missing
    tell(CALENDAR, named.name, {"published": True}, old={"published": False})
    return replace(found, published_at=now), []
