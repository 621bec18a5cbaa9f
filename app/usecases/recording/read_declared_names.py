"""Read by which names evidence has what is declared elsewhere: a file has a column for each."""

from __future__ import annotations

from app.store.database import Connection
from app.store.recording.declared import declared_names


def read_declared_names(connection: Connection) -> list[str]:
    """The names, in order."""
    return declared_names(connection)
