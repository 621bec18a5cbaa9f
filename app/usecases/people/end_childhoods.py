"""End guardianships whose day has come: from now on the young person decides."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import lock_people
from app.store.people.guardians import come_of_age, end_guardianship
from app.usecases.people.ask_again import ask_again
from behaviours.guardians import OF_AGE

CHILDREN_AT_ONCE = 200


def end_childhoods(connection: Connection, *, clock: Clock, most: int = CHILDREN_AT_ONCE) -> int:
    """End the oldest ``most`` that are over; returns how many. Run it again until it returns 0.

    What the guardian had agreed to is asked of the young person, and holds only once confirmed.
    """
    due = come_of_age(connection, now=clock.now(), most=most)
    if not due:
        return 0
    lock_people(connection, due)
    now = clock.now()
    ended = [each for each in due if end_guardianship(connection, each, because=OF_AGE, now=now)]
    ask_again(connection, ended, now=now)
    return len(due)
