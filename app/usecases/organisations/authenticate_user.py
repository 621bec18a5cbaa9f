"""Prove that a user is who they say."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.credentials import UserRow, find_user
from app.usecases.organisations.refusals import InvalidGrant
from app.usecases.organisations.secrets import NOBODYS_PASSWORD, PASSWORDS, fits


def authenticate_user(connection: Connection, username: str, password: str) -> UserRow:
    """The user with this name and password; refuses with InvalidGrant, and never says which."""
    found = find_user(connection, username)
    # An unknown name takes as long as a wrong password.
    right = fits(PASSWORDS, found.password_hash if found else NOBODYS_PASSWORD, password)
    if found is None or not right or not found.open:
        raise InvalidGrant("There is no user with this username and password.")
    return found
