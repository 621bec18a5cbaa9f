"""One published bundle, and the blocks that were made of it."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import read_bundle
from app.store.registry.reading import blocks_of_bundle
from rewards.registry.refusals import UnknownUnits
from rewards.registry.register import RegisteredBlock

PUBLISHED = frozenset({"noticed", "sealing", "sealed", "issued"})


class PublishedBundle(NamedTuple):
    """A bundle that everybody may read, and its blocks as they stand."""

    bundle: dict[str, Any]
    blocks: list[RegisteredBlock]


def read_published_bundle(connection: Connection, bundle_id: UUID) -> PublishedBundle:
    """Conditions, report, opinion, root, and what was made of it; raises UnknownUnits."""
    bundle = read_bundle(connection, bundle_id)
    if bundle is None or bundle["state"] not in PUBLISHED:
        raise UnknownUnits("published_bundle")
    return PublishedBundle(bundle, blocks_of_bundle(connection, bundle_id))
