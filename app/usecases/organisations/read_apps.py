"""Read the apps of an organisation: its own people may, and who answers for the programme."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.apps import list_apps
from behaviours.apps import MobileApp, UnknownApp
from behaviours.clients import sees_clients
from behaviours.viewer import Viewer


def read_apps(
    connection: Connection, organisation_id: UUID, *, by: Viewer, before: UUID | None, most: int
) -> list[MobileApp]:
    """Apps, the newest first, also those that were revoked; raises UnknownApp."""
    if not sees_clients(by, organisation_id):
        raise UnknownApp("app")
    return list_apps(connection, organisation_id, before=before, most=most)
