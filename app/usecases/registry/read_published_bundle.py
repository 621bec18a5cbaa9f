"""One published bundle, and the blocks that were made of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import blocks_of_bundle
from app.usecases.pooling.see_bundle import see_bundle
from rewards.pooling.seen_bundle import SeenBundle
from rewards.registry.register import RegisteredBlock


class PublishedBundle(NamedTuple):
    """A bundle that everybody may read, and its blocks as they stand."""

    seen: SeenBundle
    blocks: list[RegisteredBlock]


def read_published_bundle(connection: Connection, bundle_id: UUID) -> PublishedBundle:
    """Conditions, report, opinion, root, and what was made of it; raises UnknownBundle."""
    seen = see_bundle(connection, bundle_id, viewer=None)
    return PublishedBundle(seen, blocks_of_bundle(connection, bundle_id))
