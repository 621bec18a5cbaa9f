"""The public register as one file: a CSV file or lines of JSON for each table, and a manifest.

It is the same byte for byte while the register says the same. It is written to a file row by row,
so that it takes no more memory when there is more to write.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import IO, Final

import orjson

from app.shown.deterministic_zip import entry_of
from behaviours.json_value import Json
from behaviours.signed_document import canonical

CSV, JSON = FORMS = ("csv", "json")
_ENDINGS: Final = {CSV: "csv", JSON: "jsonl"}
_AT_ONCE: Final = 500
_FORMAT: Final = "tanpuhui-register-1"

Row = Sequence[str | None]
Written = Callable[[Sequence[str], Sequence[Row]], bytes]


class RegisterFile:
    """The zip as it is written; ``keep`` takes the tables, ``finish`` the manifest."""

    def __init__(self, file: IO[bytes], form: str, programme: str) -> None:
        self.form, self.programme = form, programme
        self.packed = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED)
        self.listed: list[Json] = []

    def keep(self, table: str, columns: Sequence[str], rows: Iterator[Row]) -> None:
        """Write one table, some rows at a time."""
        path = f"{table}.{_ENDINGS[self.form]}"
        digest, size, count = hashlib.sha256(), 0, 0
        written = _WRITTEN[self.form]
        with self.packed.open(_entry(path), "w", force_zip64=True) as member:
            if self.form == CSV:
                head = _as_csv((), [columns])
                digest.update(head)
                size += member.write(head)
            for some in _by(rows, _AT_ONCE):
                part = written(columns, some)
                digest.update(part)
                size += member.write(part)
                count += len(some)
        self.listed.append(
            {
                "path": path,
                "columns": list(columns),
                "rows": count,
                "bytes": size,
                "sha256": digest.hexdigest(),
            }
        )

    def finish(self) -> None:
        """Name every file by its digest, and close the zip."""
        stated = {"format": _FORMAT, "programme": self.programme, "files": self.listed}
        self.packed.writestr(_entry("manifest.json"), canonical(stated))
        self.packed.close()


def _entry(path: str) -> zipfile.ZipInfo:
    entry = entry_of(path)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _by(rows: Iterator[Row], most: int) -> Iterator[list[Row]]:
    some: list[Row] = []
    for row in rows:
        some.append(row)
        if len(some) == most:
            yield some
            some = []
    if some:
        yield some


def _as_csv(_: Sequence[str], rows: Sequence[Row]) -> bytes:
    told = io.StringIO()
    csv.writer(told, lineterminator="\n").writerows(rows)
    return told.getvalue().encode()


def _as_json(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    lines = (dict(zip(columns, row, strict=True)) for row in rows)
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


_WRITTEN: Final[Mapping[str, Written]] = {CSV: _as_csv, JSON: _as_json}
