"""Hash the next leaves of a frozen bundle; the last of them give its root."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.sealing import Chunk, chunks, insert_chunks, last_leaf, leaves_after
from app.usecases.pooling.hold_bundle import hold_bundle
from rewards.pooling.bundle import PLATFORM, ROOT, SEALING
from rewards.pooling.sum_tree import CHUNK, EMPTY, chunks_of, root_of

# Leaves for one transaction: a whole number of chunks, and about ten megabytes.
AT_ONCE = 64 * CHUNK


class SealingStep(NamedTuple):
    """One step of a sealing."""

    leaves: int
    total: int
    finished: bool


def seal_chunks(connection: Connection, bundle_id: UUID, *, now: datetime) -> SealingStep:
    """Keep the subtrees of the next leaves, or the root when there are no more.

    Going on after a kill gives the same root, because a frozen bundle's leaves never change.
    """
    bundle = hold_bundle(connection, bundle_id, by=PLATFORM)
    total = bundle.reductions or 0
    if bundle.state != SEALING:
        return SealingStep(total, total, finished=True)
    assert bundle.frozen_at is not None, "a bundle is frozen, then hashed"
    number, after = last_leaf(connection, bundle_id)
    leaves = leaves_after(connection, bundle_id, after, most=AT_ONCE)
    if leaves:
        made = []
        for offset, (count, node) in enumerate(chunks_of(node for _, node in leaves)):
            first_action_id = leaves[offset * CHUNK][0]
            made.append(Chunk(number + offset, first_action_id, count, node))
        insert_chunks(connection, bundle_id, made)
        return SealingStep(min(number * CHUNK + len(leaves), total), total, finished=False)
    root = root_of(chunk.node for chunk in chunks(connection, bundle_id)) if total else EMPTY
    assert root.sum_mg == bundle.selected_mg, "the leaves add up to the recount"
    write_bundle(connection, bundle.move(ROOT, by=PLATFORM, root=root.digest, sealed_at=now))
    return SealingStep(total, total, finished=True)
