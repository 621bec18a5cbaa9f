"""What the viewer holds or has retired; an operator sees what the programme holds."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.blocks import blocks_by_owner
from app.store.registry.reading import named_blocks
from behaviours.viewer import Viewer
from rewards.registry.register import RegisteredBlock


def read_holdings(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[RegisteredBlock]:
    """Newest block first; the programme's are those of no tenant."""
    held = blocks_by_owner(connection, viewer.tenant_id, before=before, most=most)
    return named_blocks(connection, [each.block_id for each in held])
