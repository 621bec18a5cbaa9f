"""Merge blocks whose numbers follow one another: fragments become one block again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.registry.blocks import lock_blocks, parts_of_split, write_merged
from app.store.registry.reading import named_blocks
from rewards.registry.block import free_block
from rewards.registry.merging import merge
from rewards.registry.register import RegisteredBlock


def merge_blocks(
    connection: Connection, block_ids: Sequence[UUID], *, owner_id: UUID, clock: Clock
) -> RegisteredBlock:
    """One block in the place of several free ones of an owner's; their numbers do not change.

    Raises UnknownUnits, AlreadyRetired, BlockNotAvailable, UnitsNotCovered, BlocksDoNotMerge.
    """
    wanted = sorted(set(block_ids))
    locked = {each.block_id: each for each in lock_blocks(connection, wanted)}
    found = [locked.get(each) for each in wanted]
    blocks = [
        free_block(each, owner_id, parts=parts_of_split(connection, each, owner_id))
        for each in found
    ]
    merged = merge(blocks, new_id(), now=clock.now())
    write_merged(connection, merged)
    (registered,) = named_blocks(connection, [merged.made.block_id])
    return registered
