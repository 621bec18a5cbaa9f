"""Close an import: what was refused is kept for download, the file itself is not needed again."""

from __future__ import annotations

from typing import IO
from uuid import UUID

from app.store.database import Connection
from app.store.recording.import_parts import FILE, REFUSALS, drop_file, put_file


def close_import(connection: Connection, import_id: UUID, refusals: IO[bytes]) -> None:
    """Replace what an earlier attempt may have left; the file holds people's references: drop it.

    A task that is run again after this finds no file and has nothing to do.
    """
    # From its beginning, also when this transaction is run again.
    refusals.seek(0)
    drop_file(connection, import_id, REFUSALS)
    put_file(connection, import_id, REFUSALS, refusals)
    drop_file(connection, import_id, FILE)
