"""Hold the block that somebody names, or say which blocks stand for it now."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.blocks import lock_block, parts_of_split
from rewards.registry.block import Block, free_block


def hold_free_block(connection: Connection, block_id: UUID, *, owner_id: UUID | None) -> Block:
    """The block, locked and free to be disposed of by its owner (None: the programme).

    Raises UnknownUnits, AlreadyRetired, UnitsNotCovered, BlockNotAvailable: of a block that was
    split since (a suspension may do that), with what the owner has of it now.
    """
    found = lock_block(connection, block_id)
    return free_block(found, owner_id, parts=parts_of_split(connection, found, owner_id))
