"""Read after which number everything is still to come."""

from __future__ import annotations

from app.store.database import Connection
from app.store.events.numbering import readable_until


def read_last_place(connection: Connection) -> int:
    """For whoever wants what happens from now on, and nothing before."""
    return readable_until(connection)
