"""Find a user by the name that they log in with, for the command line of the server."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.users import find_credentials
from behaviours.users import UnknownUser, User


def find_username(connection: Connection, username: str) -> User:
    """The user who acts for the programme or an organisation; raises UnknownUser."""
    found = find_credentials(connection, username)
    if found is None or not found.user.is_staff:
        raise UnknownUser("user")
    return found.user
