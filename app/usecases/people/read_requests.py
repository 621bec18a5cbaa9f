"""Read requests: what providers ask of the viewer."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.requests import requests_of
from behaviours.people import person_behind
from behaviours.requests import PersonalRequest
from behaviours.viewer import Viewer


def read_requests(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[PersonalRequest]:
    """What was asked of the viewer, newest first, also what was answered."""
    return requests_of(connection, person_behind(viewer), before=before, limit=most)
