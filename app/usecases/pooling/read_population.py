"""Read the population of a verification: what was submitted, of which anybody draws again."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import read_bundle as stored_bundle
from app.store.pooling.population import Member, list_population
from rewards.pooling.refusals import UnknownBundle


def read_population(
    connection: Connection, bundle_id: UUID, *, after: UUID | None, most: int
) -> list[Member]:
    """By action id; nothing of a bundle that was not submitted. Raises UnknownBundle."""
    if stored_bundle(connection, bundle_id) is None:
        raise UnknownBundle("bundle")
    return list_population(connection, bundle_id, after=after, most=most)
