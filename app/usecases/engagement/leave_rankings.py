"""Take somebody out of the rankings: their name is forgotten and free for others at once."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement.rankings import end_entries, entry_of
from app.store.people.enrolment import hold_account
from app.usecases.people.decide_for import decide_for
from behaviours.people import check_open
from behaviours.rankings import UnknownEntry


def leave_rankings(
    connection: Connection,
    participant_id: UUID,
    *,
    clock: Clock,
    guardian: UUID | None = None,
) -> None:
    """Going is open to a child and to the ``guardian``. Refuses with UnknownEntry."""
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    if guardian is not None:
        decide_for(connection, participant_id, guardian=guardian, now=now)
    if entry_of(connection, participant_id) is None:
        raise UnknownEntry("ranking")
    end_entries(connection, [participant_id], now=now)
