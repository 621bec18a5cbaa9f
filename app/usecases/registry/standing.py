"""Fetching the blocks that a verb works on: locked, of the right owner, and free."""

from __future__ import annotations

from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.registry.blocks import Block, lock_blocks
from rewards.registry.refusals import AlreadyRetired, BlockNotAvailable


def free_block(connection: Connection, block_id: UUID, owner_id: UUID | None) -> Block:
    """A locked block that its owner (None: the programme) may dispose of.

    Raises UnknownId for somebody else's, AlreadyRetired, BlockNotAvailable.
    """
    blocks = lock_blocks(connection, [block_id])
    if not blocks or blocks[0].owner_id != owner_id:
        raise UnknownId("There is no block with this id among yours.", pointer="/block_id")
    check_free(blocks[0])
    return blocks[0]


def check_free(block: Block) -> None:
    """Refuse a block that is not active."""
    if block.state == "retired":
        raise AlreadyRetired("These units were retired, and that is final.", pointer="/block_id")
    if block.state == "split":
        raise BlockNotAvailable(
            "This block was split into others since. Look up your holdings again.",
            pointer="/block_id",
        )
    if block.state != "active":
        raise BlockNotAvailable(
            f"These units are {block.state} and cannot be disposed of.", pointer="/block_id"
        )
