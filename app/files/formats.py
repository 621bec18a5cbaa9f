"""What a file is by how it begins: known formats that are not read here are told by name."""

from __future__ import annotations

from typing import Final

# Beginnings of files that people export or send by mistake.
_BEGINNINGS: Final = (
    (b"PAR1", "Parquet"),
    (b"ORC", "ORC"),
    (b"Obj\x01", "Avro"),
    (b"ARROW1", "Arrow"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"%PDF-", "PDF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"{\\rtf", "RTF"),
)
# As many bytes as the longest beginning has.
BEGINNING_BYTES: Final = max(len(begin) for begin, _ in _BEGINNINGS)


def foreign_format(beginning: bytes) -> str | None:
    """The name of a format that is not read here, or None; of the first bytes of a file."""
    found = (name for begin, name in _BEGINNINGS if beginning.startswith(begin))
    return next(found, None)
