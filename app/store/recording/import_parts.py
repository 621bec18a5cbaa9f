"""Files in the database, as numbered parts, each sealed by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from uuid import UUID

from sqlalchemy import text

from app.secrecy.files import open_part, part_name, seal_part
from app.store.database import Connection

PART_BYTES = 1 << 20
FILE, REFUSALS = "file", "refusals"

_PUT = text(
    "insert into import_part (import_id, kind, part_no, content, sealed)"
    " values (:import_id, :kind, :part_no, :content, true)"
)
_GET = text(
    "select content, sealed from import_part"
    " where import_id = :import_id and kind = :kind and part_no = :part_no"
)
_DROP = text("delete from import_part where import_id = :import_id and kind = :kind")


def put_file(
    connection: Connection, import_id: UUID, kind: str, content: IO[bytes], *, key: bytes
) -> int:
    """Keep everything that is left to read of ``content``; the number of its bytes."""
    total = 0
    for part_no, part in enumerate(_parts(content)):
        known = {"import_id": import_id, "kind": kind, "part_no": part_no}
        sealed = seal_part(key, part_name(import_id, kind, part_no), part)
        connection.execute(_PUT, {**known, "content": sealed})
        total += len(part)
    return total


def part_of(
    connection: Connection, import_id: UUID, kind: str, part_no: int, *, key: bytes
) -> bytes | None:
    """One part, from 0; None after the last. Those of earlier releases are not sealed."""
    found = connection.execute(
        _GET, {"import_id": import_id, "kind": kind, "part_no": part_no}
    ).one_or_none()
    if found is None or not found.sealed:
        return None if found is None else bytes(found.content)
    return open_part(key, part_name(import_id, kind, part_no), bytes(found.content))


def drop_file(connection: Connection, import_id: UUID, kind: str) -> None:
    connection.execute(_DROP, {"import_id": import_id, "kind": kind})


def _parts(content: IO[bytes]) -> Iterator[bytes]:
    while part := content.read(PART_BYTES):
        yield part
