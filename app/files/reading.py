"""Rows of a file, one at a time: CSV or NDJSON, plain or gzipped, UTF-8 or GB18030."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from app.files.mapping import FileFormat
from app.files.outcome import Flaw
from app.files.refusals import UnreadableFile, UnreadableRow
from behaviours.json_value import JsonObject

ENCODINGS = ("utf-8-sig", "gb18030")
_PROBE_BYTES = 1 << 16
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class FileRow:
    """One row as the file has it: its number in the file (from 1) and its fields by name."""

    number: int
    fields: dict[str, str]


class RowFile:
    """A file being read. ``bytes_read`` of ``bytes_total`` (as stored) says how far it is."""

    def __init__(self, path: Path, source: FileFormat) -> None:
        self.bytes_total = path.stat().st_size
        self._path = path
        self._source = source
        self._raw: BinaryIO | None = None

    @property
    def bytes_read(self) -> int:
        return self._raw.tell() if self._raw and not self._raw.closed else 0

    def rows(self) -> Iterator[FileRow | Flaw]:
        """Every row in the file's order; a row that cannot be read is a Flaw, not the end."""
        with self._path.open("rb") as raw:
            self._raw = raw
            zipped = raw.read(2) == _GZIP
            raw.seek(0)
            stream: BinaryIO = gzip.GzipFile(fileobj=raw) if zipped else raw  # type: ignore[assignment]
            encoding = self._source.encoding or self._guess_encoding(stream)
            with io.TextIOWrapper(stream, encoding=encoding, errors="strict", newline="") as text:
                try:
                    yield from self._ndjson(text) if self.is_ndjson else self._csv(text)
                except UnicodeDecodeError as problem:
                    raise UnreadableFile(
                        "other_encoding",
                        name=self._path.name,
                        encoding=encoding.removesuffix("-sig"),
                        problem=problem.reason,
                    ) from None

    def _guess_encoding(self, stream: BinaryIO) -> str:
        start = stream.read(_PROBE_BYTES)
        stream.seek(0)
        for encoding in ENCODINGS:
            # A full probe may cut a character in two: an error at its very end says nothing.
            end = len(start) - 4 if len(start) == _PROBE_BYTES else len(start)
            try:
                start.decode(encoding)
            except UnicodeDecodeError as problem:
                if problem.start < end:
                    continue
            return encoding
        raise UnreadableFile("unknown_encoding", name=self._path.name)

    @property
    def is_ndjson(self) -> bool:
        """Whether the file holds one JSON object a line, by the mapping or by its name."""
        if self._source.format:
            return self._source.format == "ndjson"
        name = self._path.name.removesuffix(".gz")
        return name.endswith((".ndjson", ".jsonl"))

    def _csv(self, text: io.TextIOWrapper) -> Iterator[FileRow | Flaw]:
        reader = csv.reader(text, delimiter=self._source.delimiter)
        names = self._source.columns
        if self._source.header:
            found = next(reader, [])
            names = names or tuple(name.strip() for name in found)
        self._check_names(names)
        previous_line = reader.line_num
        while True:
            try:
                row = next(reader, None)
            except csv.Error as problem:
                refusal = UnreadableRow("not_csv", problem=str(problem))
                yield Flaw(str(previous_line + 1), refusal)
                continue
            if row is None:
                return
            number, previous_line = previous_line + 1, reader.line_num
            if not row:
                continue
            if len(row) != len(names):
                refusal = UnreadableRow("other_length", fields=len(row), columns=len(names))
                yield Flaw(str(number), refusal)
                continue
            yield FileRow(number, dict(zip(names, row, strict=True)))

    def _check_names(self, names: tuple[str, ...]) -> None:
        if not names:
            raise UnreadableFile("empty", name=self._path.name)
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            columns = ", ".join(sorted(twice))
            raise UnreadableFile("column_twice", name=self._path.name, columns=columns)

    @staticmethod
    def _ndjson(text: io.TextIOWrapper) -> Iterator[FileRow | Flaw]:
        for number, line in enumerate(text, start=1):
            if not line.strip():
                continue
            try:
                found = orjson.loads(line)
            except orjson.JSONDecodeError as problem:
                yield Flaw(str(number), UnreadableRow("not_json", problem=str(problem)))
                continue
            if not isinstance(found, dict):
                yield Flaw(str(number), UnreadableRow("not_an_object"))
                continue
            yield FileRow(number, dict(_flat(found)))


def _flat(found: JsonObject, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested objects as ``outer.inner``; everything else as the text that it shows."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif value is None:
            yield f"{prefix}{name}", ""
        else:
            yield (
                f"{prefix}{name}",
                value if isinstance(value, str) else orjson.dumps(value).decode(),
            )
