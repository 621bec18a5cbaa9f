"""Read a boundary that two people signed, with the years in which it holds."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.boundaries import boundaries_of, find_boundary
from behaviours.actions.boundaries import EmitterBoundary, UnknownBoundary, Years, held_years


def read_boundary(connection: Connection, boundary_id: UUID) -> tuple[EmitterBoundary, list[Years]]:
    """Raises UnknownBoundary, for one that waits too."""
    found = find_boundary(connection, boundary_id)
    if found is None or found.published_at is None:
        raise UnknownBoundary("boundary")
    held = held_years(boundaries_of(connection, [found.said.organisation_id]))
    return found, held.get(boundary_id, [])
