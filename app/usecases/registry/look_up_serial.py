"""Look a printed serial up: what became of each of its numbers."""

from __future__ import annotations

from app.store.database import Connection
from app.store.registry.reading import numbered_blocks
from rewards.registry.looked_up import MOST_BLOCKS, LookedUp, looked_up
from rewards.registry.refusals import UnknownUnits
from rewards.registry.serials import parse_serial


def look_up_serial(connection: Connection, serial: str, *, serial_prefix: str) -> LookedUp:
    """The parts of an exact copy of a serial. Raises BadSerial, UnknownUnits.

    Unknown is a serial of which no number was given out in that class, origin and vintage.
    """
    wanted = parse_serial(serial, prefix=serial_prefix, pointer="/serial")
    found = numbered_blocks(connection, wanted, before=None, most=MOST_BLOCKS + 1)
    if not found:
        raise UnknownUnits("serial")
    return looked_up(wanted, found)
