"""The public register's blocks, or those that hold the numbers of a printed serial."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.reading import live_blocks, numbered_blocks
from rewards.registry.register import RegisteredBlock
from rewards.registry.serials import parse_serial


def read_registry_blocks(
    connection: Connection,
    *,
    serial: str | None = None,
    serial_prefix: str,
    before: UUID | None,
    most: int,
) -> list[RegisteredBlock]:
    """Blocks as they stand, newest first.

    With ``serial`` only those in which its numbers are now, which may be several after a split,
    and none when the registry gave out no such numbers. Raises BadSerial.
    """
    if serial is None:
        return live_blocks(connection, before=before, most=most)
    wanted = parse_serial(serial, prefix=serial_prefix, pointer="?serial")
    return numbered_blocks(connection, wanted, before=before, most=most)
