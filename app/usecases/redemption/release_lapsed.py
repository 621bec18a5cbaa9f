"""The sweep of holds whose time is over."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.redemption.redemptions import people_with_lapsed_holds
from app.usecases.redemption.release_lapsed_of import release_lapsed_of

CHUNK_HOLDS = 200


def release_lapsed(connection: Connection, *, now: datetime, holds: int = CHUNK_HOLDS) -> int:
    """Let go of the lapsed holds of the people with the oldest ``holds``; returns how many.

    Run it again until it returns 0. What a till captured, or its person cancelled, in the
    meantime is left alone: each person's holds are read under the person's lock.
    """
    people = people_with_lapsed_holds(connection, now=now, holds=holds)
    if not people:
        return 0
    accounts = lock_accounts(connection, people)
    return sum(
        release_lapsed_of(connection, participant_id, accounts[participant_id], now=now)
        for participant_id in people
    )
