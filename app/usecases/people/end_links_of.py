"""End links to the users of an organisation that was closed, a chunk at a time."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.links import end_links_of as end_chunk
from behaviours.links import PROVIDER_CLOSED

AT_ONCE = 2_000


def end_links_of(connection: Connection, organisation_id: UUID, *, clock: Clock) -> int:
    """How many links were ended; 0 when none is left. Each person reads why at their links.

    Its word opened nothing from the closing on: this is what people see of it.
    """
    return end_chunk(
        connection, organisation_id, because=PROVIDER_CLOSED, most=AT_ONCE, now=clock.now()
    )
