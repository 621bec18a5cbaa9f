"""Files in the database, as numbered parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from sqlalchemy import text

from app.store.database import Connection

PART_BYTES = 1 << 20
FILE, REFUSALS = "file", "refusals"

_PUT = text(
    "insert into import_part (import_id, kind, part_no, content)"
    " values (:import_id, :kind, :part_no, :content)"
)
_GET = text(
    "select content from import_part"
    " where import_id = :import_id and kind = :kind and part_no = :part_no"
)
_DROP = text("delete from import_part where import_id = :import_id and kind = :kind")


def put_file(connection: Connection, import_id: UUID, kind: str, content: IO[bytes]) -> int:
    """Keep everything that is left to read of ``content``; the number of bytes."""
    total = 0
    for part_no, part in enumerate(_parts(content)):
        known = {"import_id": import_id, "kind": kind, "part_no": part_no}
        connection.execute(_PUT, {**known, "content": part})
        total += len(part)
    return total


def part_of(connection: Connection, import_id: UUID, kind: str, part_no: int) -> bytes | None:
    """One part, from 0; None after the last."""
    found = connection.execute(
        _GET, {"import_id": import_id, "kind": kind, "part_no": part_no}
    ).scalar_one_or_none()
    return None if found is None else bytes(found)


def drop_file(connection: Connection, import_id: UUID, kind: str) -> None:
    connection.execute(_DROP, {"import_id": import_id, "kind": kind})


def _parts(content: IO[bytes]) -> Iterator[bytes]:
    while part := content.read(PART_BYTES):
        yield part
