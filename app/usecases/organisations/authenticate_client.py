"""Prove that a client is who it says."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.credentials import ClientRow, find_client
from app.usecases.organisations.refusals import InvalidClient
from app.usecases.organisations.secrets import CLIENT_SECRETS, NOBODYS_SECRET, fits


def authenticate_client(connection: Connection, client_id: str, client_secret: str) -> ClientRow:
    """The client with this id and secret; refuses with InvalidClient, and never says which."""
    found = find_client(connection, client_id)
    # An unknown name takes as long as a wrong secret.
    right = fits(CLIENT_SECRETS, found.secret_hash if found else NOBODYS_SECRET, client_secret)
    if found is None or not right or not found.open:
        raise InvalidClient("There is no client with this client_id and client_secret.")
    return found
