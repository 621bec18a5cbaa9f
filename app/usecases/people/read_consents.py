"""Read consents: what the person who looks agreed to, also what they have withdrawn."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.consents import consents_of
from behaviours.people import Consent, person_behind
from behaviours.viewer import Viewer


def read_consents(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[Consent]:
    """The viewer's own consents, newest first, from the one before ``before``."""
    return consents_of(connection, person_behind(viewer), after=before, limit=most)
