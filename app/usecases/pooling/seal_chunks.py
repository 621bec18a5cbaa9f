"""Hash the next leaves of a frozen bundle; the last of them give its root."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, update_bundle
from app.store.pooling.sealing import Chunk, chunks, insert_chunks, last_leaf, leaves_after
from rewards.pooling.sum_tree import CHUNK, Node, chunks_of, root_of

# Leaves for one transaction: a whole number of chunks, and about ten megabytes.
AT_ONCE = 64 * CHUNK
# The root of a bundle that everybody has left: the digest of nothing, as in RFC 6962.
EMPTY = Node(bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), 0)


class Sealed(NamedTuple):
    """One step of a sealing."""

    leaves: int
    total: int
    finished: bool


def seal_chunks(connection: Connection, bundle_id: UUID, *, now: datetime) -> Sealed:
    """Keep the subtrees of the next leaves, or the root when there are no more.

    Going on after a kill gives the same root, because a frozen bundle's leaves never change.
    """
    bundle = lock_bundle(connection, bundle_id)
    assert bundle is not None, "a sealing is started for a bundle"
    assert bundle["state"] != "sealing" or bundle["frozen_at"], "a bundle is frozen, then hashed"
    total = bundle["reductions"]
    if bundle["state"] != "sealing":
        return Sealed(total, total, finished=True)
    number, after = last_leaf(connection, bundle_id)
    leaves = leaves_after(connection, bundle_id, after, most=AT_ONCE)
    if leaves:
        made = []
        for offset, (count, node) in enumerate(chunks_of(node for _, node in leaves)):
            first_action_id = leaves[offset * CHUNK][0]
            made.append(Chunk(number + offset, first_action_id, count, node))
        insert_chunks(connection, bundle_id, made)
        return Sealed(min(number * CHUNK + len(leaves), total), total, finished=False)
    root = root_of(chunk.node for chunk in chunks(connection, bundle_id)) if total else EMPTY
    assert root.sum_mg == bundle["selected_mg"], "the leaves add up to the recount"
    update_bundle(connection, bundle_id, root=root.digest, state="sealed", sealed_at=now)
    return Sealed(total, total, finished=True)
