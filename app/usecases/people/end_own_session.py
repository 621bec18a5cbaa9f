"""End one of a person's own sessions: a login of theirs, or what a provider's word opened."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.logins import end_login
from app.store.people.sessions import end_word_session, is_own_session
from behaviours.refusal import found_or
from behaviours.sessions import UnknownSession


def end_own_session(
    connection: Connection,
    participant_id: UUID,
    session_id: UUID,
    *,
    access_lifetime: timedelta,
    clock: Clock,
) -> list[str]:
    """The names under which its tokens are now revoked; ending it again changes nothing.

    Raises UnknownSession.
    """
    now = clock.real_now()
    if is_own_session(connection, participant_id, session_id):
        return end_login(connection, session_id, now=now, access_until=now + access_lifetime)
    names = end_word_session(connection, participant_id, session_id, now=now)
    return found_or(names or None, UnknownSession("session"))
