"""Let what has waited too long lapse: it is never credited, and what it held is free again."""

from __future__ import annotations

from app.clock import Clock
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.recording.ending import lapsed
from app.store.recording.holds import holds_of
from app.store.recording.household_shares import wholes_of
from app.usecases.recording.end_waiting import end_waiting
from behaviours.actions.waiting import LAPSE

CHUNK_ACTIONS = 200


def lapse_holds(connection: Connection, *, clock: Clock, actions: int = CHUNK_ACTIONS) -> int:
    """End the oldest ``actions`` whose time is over; returns how many were found.

    Run it again until it returns 0. What was confirmed, refused or left in the meantime is left
    alone: each is read again under its person's lock. What a household shares lapses whole.
    """
    due = lapsed(connection, now=clock.now(), limit=actions)
    if not due:
        return 0
    ids = [action_id for _, action_id in due]
    wholes = wholes_of(connection, ids)
    people = [person for person, _ in due]
    lock_accounts(connection, [*people, *(each.participant_id for each in wholes.parts)])
    now = clock.now()
    found = holds_of(connection, wholes.with_parts(ids)).values()
    late = [one for one in found if one.is_open and one.lapses_at <= now]
    end_waiting(connection, late, LAPSE, now=now)
    return len(due)
