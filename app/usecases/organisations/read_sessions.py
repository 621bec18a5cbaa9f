"""Read the sessions of a user: where they are logged in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.sessions import open_sessions
from app.store.organisations.users import find_user
from app.usecases.organisations.find_actor import find_actor
from behaviours.refusal import found_or
from behaviours.sessions import UserSession
from behaviours.users import UnknownUser
from behaviours.viewer import Viewer


def read_sessions(
    connection: Connection,
    user_id: UUID,
    *,
    by: Viewer,
    now: datetime,
    before: UUID | None,
    most: int,
) -> list[UserSession]:
    """The sessions that go on, newest first: one's own, or of a user whom one administers.

    Raises UnknownUser, UsersOnly and NotAdministrator. ``now`` is real time.
    """
    actor = find_actor(connection, by)
    if actor.user_id != user_id:
        user = found_or(find_user(connection, user_id), UnknownUser("user"))
        user.check_seen_by(by)
        user.check_administered_by(actor)
    return open_sessions(connection, user_id, before=before, most=most, now=now)
