"""One block of the public register."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import named_blocks
from rewards.registry.refusals import UnknownUnits
from rewards.registry.register import RegisteredBlock


def read_registry_block(connection: Connection, block_id: UUID) -> RegisteredBlock:
    """One block, also one that was split since; raises UnknownUnits."""
    found = named_blocks(connection, [block_id])
    if not found:
        raise UnknownUnits("block")
    return found[0]
