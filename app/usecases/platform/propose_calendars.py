"""Propose the days of years, which the proposer has signed with that."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.platform.calendars import add_years, all_years, lock_calendars
from app.store.signing import sign
from behaviours.calendars import CALENDAR, CalendarYear, NewCalendarYear
from behaviours.logbook import LoggedSubject
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def propose_calendars(
    connection: Connection, said: Sequence[NewCalendarYear], *, by: Viewer, clock: Clock
) -> list[tuple[CalendarYear, list[str]]]:
    """The years, in order, and whose signatures each awaits. One that was published last, or
    proposed last, with the same days and source is left as it is."""
    lock_calendars(connection)
    now, last = clock.now(), {each.year: each for each in all_years(connection)}
    stand, fresh = [], []
    for each in said:
        known = last.get(each.year)
        if known is None or known.said != each:
            known = CalendarYear(new_id(), each, now, None)
            fresh.append(known)
        stand.append(known)
    add_years(connection, fresh)
    made = []
    for one in stand:
        if one.published_at is not None:
            made.append((one, list[str]()))
            continue
        matter = Matter(CALENDAR, one.calendar_id, one.verb)
        named = LoggedSubject(CALENDAR, str(one.year))
        signatures = sign(connection, matter, signature_of(by, now), subject=named)
        made.append((one, missing_roles(signatures)))
    return made
