"""Read a person's own sessions: where they are logged in, by whose word, and through which app."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.sessions import sessions_of_person
from behaviours.apps import AppSession


def read_own_sessions(
    connection: Connection, participant_id: UUID, *, clock: Clock, before: UUID | None, most: int
) -> list[AppSession]:
    """The sessions that go on, newest first, by real time, as tokens live."""
    return sessions_of_person(
        connection, participant_id, before=before, most=most, now=clock.real_now()
    )
