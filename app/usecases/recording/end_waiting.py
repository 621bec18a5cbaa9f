"""End the waiting of actions without credit: what they held is free again, and it is said why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.store.database import Connection
from app.store.recording.ending import free_what_it_held, write_moves
from behaviours.actions.waiting import PLATFORM, HoldOutcome, Waiting


def end_waiting(
    connection: Connection,
    waiting: Sequence[Waiting],
    step: str,
    *,
    now: datetime,
    reason: str = "",
    decided_by: str = PLATFORM.role,
) -> None:
    """Take one step with actions that wait; their accounts are locked."""
    if not waiting:
        return
    outcome = HoldOutcome(step, decided_by, now, None, reason)
    moved = [one.move(step, PLATFORM, outcome=outcome, provider_id=None) for one in waiting]
    write_moves(connection, moved)
    free_what_it_held(connection, moved)
