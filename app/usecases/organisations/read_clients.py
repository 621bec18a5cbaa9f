"""Read the clients of an organisation: its own people may, and who answers for the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.clients import list_clients
from behaviours.clients import Client, UnknownClient, sees_clients
from behaviours.viewer import Viewer


def read_clients(
    connection: Connection, organisation_id: UUID, *, by: Viewer, before: str | None, most: int
) -> list[Client]:
    """Clients by descending id, from the one before ``before``; raises UnknownClient."""
    if not sees_clients(by, organisation_id):
        raise UnknownClient("client")
    return list_clients(connection, organisation_id, before=before, most=most)
