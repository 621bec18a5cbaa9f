"""Find the user who acts, by name: what is done to users is done by users."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.users import share_user
from behaviours.users import User, UsersOnly
from behaviours.viewer import Viewer


def find_actor(connection: Connection, by: Viewer) -> User:
    """The acting user, held as they are; raises UsersOnly for a program with a client's secret."""
    actor = share_user(connection, by.user_id) if by.user_id else None
    if actor is None or not actor.is_staff or actor.has_ended:
        raise UsersOnly
    return actor
