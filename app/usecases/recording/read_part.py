"""Read a part of a file that an import keeps."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.recording.import_parts import part_of


def read_part(connection: Connection, import_id: UUID, kind: str, part_no: int) -> bytes | None:
    """Part ``part_no`` (from 0) of the ``file`` or of the ``refusals``; None after the last."""
    return part_of(connection, import_id, kind, part_no)
