"""Read the leaves of a sealed bundle, a part at a time: what a buyer adds up."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.proofs import leaves_from
from app.usecases.pooling.read_bundle import read_bundle
from rewards.pooling.published_leaves import CHUNKS_AT_ONCE, PartOfLeaves, chunk_of
from rewards.pooling.refusals import NoSuchLeaf, UnknownBundle
from rewards.pooling.sum_tree import CHUNK


def read_leaves(connection: Connection, bundle_id: UUID, *, first: int) -> PartOfLeaves:
    """The leaves from number ``first`` on. Raises UnknownBundle, NoSuchLeaf."""
    bundle = read_bundle(connection, bundle_id, viewer=None)
    if bundle.root is None:
        raise UnknownBundle("leaves")
    leaves = bundle.reductions or 0
    from_chunk = chunk_of(first)
    if from_chunk is None or first >= max(leaves, 1):
        raise NoSuchLeaf(pointer="?from", leaves=leaves, step=CHUNK)
    nodes = leaves_from(connection, bundle_id, from_chunk, CHUNKS_AT_ONCE)
    return PartOfLeaves(bundle_id, first, leaves, nodes)
