"""Prove that a user is who they say."""

from __future__ import annotations

from app.secrecy.hashing import NOBODYS_PASSWORD, PASSWORDS, fits
from app.store.database import Connection
from app.store.organisations.credentials import find_user
from behaviours.organisations import InvalidGrant, KnownUser


def authenticate_user(connection: Connection, username: str, password: str) -> KnownUser:
    """The user with this name and password; refuses with InvalidGrant, and never says which."""
    found = find_user(connection, username)
    # An unknown name takes as long as a wrong password.
    right = fits(PASSWORDS, found.password_hash if found else NOBODYS_PASSWORD, password)
    if found is None or not right or not found.open:
        raise InvalidGrant("password_wrong")
    return found
