"""End one session: one's own, or one of a user whom one administers."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.logins import end_login
from app.store.organisations.sessions import is_session_of
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_administered import hold_administered
from behaviours.sessions import UnknownSession
from behaviours.viewer import Viewer


def end_session(
    connection: Connection,
    user_id: UUID,
    session_id: UUID,
    *,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> list[str]:
    """The names under which its tokens are now revoked; ending it again changes nothing.

    Raises UnknownUser, UsersOnly, NotAdministrator and UnknownSession.
    """
    if user_id == by.user_id:
        find_actor(connection, by)
    else:
        hold_administered(connection, user_id, by=by)
    if not is_session_of(connection, session_id, user_id):
        raise UnknownSession("session")
    now = clock.real_now()
    return end_login(connection, session_id, now=now, access_until=now + access_lifetime)
