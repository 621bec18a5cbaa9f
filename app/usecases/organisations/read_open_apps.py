"""Read which apps are registered, of every organisation."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.apps import list_open_apps
from behaviours.apps import MobileApp


def read_open_apps(connection: Connection, *, before: UUID | None, most: int) -> list[MobileApp]:
    """The newest first; through one that was revoked nobody comes in."""
    return list_open_apps(connection, before=before, most=most)
