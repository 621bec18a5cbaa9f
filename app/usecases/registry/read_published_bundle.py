"""One published bundle, and the blocks that were made of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import blocks_of_bundle
from app.usecases.pooling.read_bundle import read_bundle
from rewards.pooling.bundle import Bundle
from rewards.registry.register import RegisteredBlock


class PublishedBundle(NamedTuple):
    """A bundle that everybody may read, and its blocks as they stand."""

    bundle: Bundle
    blocks: list[RegisteredBlock]


def read_published_bundle(connection: Connection, bundle_id: UUID) -> PublishedBundle:
    """Conditions, report, opinion, root, and what was made of it; raises UnknownBundle."""
    bundle = read_bundle(connection, bundle_id, viewer=None)
    return PublishedBundle(bundle, blocks_of_bundle(connection, bundle_id))
