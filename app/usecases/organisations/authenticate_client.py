"""Prove that a client is who it says."""

from __future__ import annotations

from app.secrecy.hashing import CLIENT_SECRETS, NOBODYS_SECRET, fits
from app.store.database import Connection
from app.store.organisations.credentials import find_client
from behaviours.organisations import InvalidClient, KnownClient


def authenticate_client(connection: Connection, client_id: str, client_secret: str) -> KnownClient:
    """The client with this id and secret; refuses with InvalidClient, and never says which."""
    found = find_client(connection, client_id)
    # An unknown name takes as long as a wrong secret.
    right = fits(CLIENT_SECRETS, found.secret_hash if found else NOBODYS_SECRET, client_secret)
    if found is None or not right or not found.open:
        raise InvalidClient("wrong")
    return found
