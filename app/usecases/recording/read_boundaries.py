"""Read the boundaries of covered emitters, with the years in which each holds."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.boundaries import boundaries_of, list_boundaries
from behaviours.actions.boundaries import EmitterBoundary, Years, held_years


def read_boundaries(
    connection: Connection,
    *,
    organisation_id: UUID | None = None,
    market: str | None = None,
    published: bool = True,
    before: UUID | None = None,
    most: int,
) -> list[tuple[EmitterBoundary, list[Years]]]:
    """Newest first; those that two people signed, or those that wait."""
    found = list_boundaries(
        connection,
        organisation_id=organisation_id,
        market=market,
        published=published,
        before=before,
        most=most,
    )
    owners = {each.said.organisation_id for each in found}
    held = held_years(boundaries_of(connection, list(owners)) if published else [])
    return [(each, held.get(each.boundary_id, [])) for each in found]
