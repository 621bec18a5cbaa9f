"""The sweep of holds whose time is over."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.redemption.redemptions import people_with_lapsed_holds
from app.usecases.redemption.release_holds_of import release_holds_of

CHUNK_HOLDS = 200


def release_lapsed_holds(connection: Connection, *, clock: Clock, holds: int = CHUNK_HOLDS) -> int:
    """Release the lapsed holds of the people with the oldest ``holds``; returns how many.

    Run it again until it returns 0. What a till captured, or its person cancelled, in the
    meantime is left alone: each person's holds are read under the person's lock.
    """
    people = people_with_lapsed_holds(connection, now=clock.now(), holds=holds)
    if not people:
        return 0
    totals = lock_accounts(connection, people)
    now = clock.now()
    return sum(
        release_holds_of(connection, person, debt=totals[person].debt, now=now) for person in people
    )
