"""Read a part of a file that an import keeps."""

from __future__ import annotations

from uuid import UUID

from app.secrecy.files import file_key
from app.store.database import Connection
from app.store.recording.import_parts import REFUSALS, part_of


def read_part(
    connection: Connection,
    import_id: UUID,
    part_no: int,
    *,
    identity_key: bytes,
    kind: str = REFUSALS,
) -> bytes | None:
    """Part ``part_no`` (from 0) of the ``refusals`` or of the ``file``; None after the last.

    Whether an import is the reader's is decided by ``read_import``.
    """
    return part_of(connection, import_id, kind, part_no, key=file_key(identity_key))
