"""Let what waits lapse with the account of its person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.recording.ending import free_what_it_held, open_holds_of, write_moves
from app.store.recording.holds import holds_of
from app.store.recording.household_shares import wholes_of
from behaviours.actions.waiting import LEAVE, PLATFORM, HoldOutcome


def leave_holds(connection: Connection, people: Sequence[UUID], *, now: datetime) -> None:
    """End everything of these people that waits; the caller holds their accounts.

    What they share with their household ends whole, so the caller holds those accounts as well.
    """
    open_holds = open_holds_of(connection, people)
    every = wholes_of(connection, open_holds).with_parts(open_holds)
    waiting = holds_of(connection, every).values()
    outcome = HoldOutcome(LEAVE, PLATFORM.role, now, None, "")
    moved = [one.move(LEAVE, PLATFORM, outcome=outcome, provider_id=None) for one in waiting]
    if moved:
        write_moves(connection, moved)
        free_what_it_held(connection, moved)
