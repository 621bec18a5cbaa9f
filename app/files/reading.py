"""Rows of a file, one at a time: CSV, NDJSON or a workbook; each line is in exactly one of them."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from typing import BinaryIO, NoReturn, TypeVar

from app.files.formats import BEGINNING_BYTES, foreign_format
from app.files.lines import Lines
from app.files.workbook import sheet_rows
from behaviours.file_refusals import UnreadableFile, UnreadableRow
from behaviours.files.limits import LINE_BYTES, PACKED_BYTES, RECORD_LINES
from behaviours.files.mapping import FileFormat
from behaviours.files.outcome import Counts, FileRow, Flaw
from behaviours.files.values import plain
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

_Value = TypeVar("_Value")
_WORKBOOK = b"PK\x03\x04"


class RowFile:
    """A file being read. ``bytes_read`` of ``bytes_total`` (as stored) says how far it is.

    ``counts`` learns how many lines were read, how many stood before the rows or were blank.
    """

    def __init__(self, opened: BinaryIO, name: str, source: FileFormat, counts: Counts) -> None:
        self.bytes_total = opened.seek(0, os.SEEK_END)
        opened.seek(0)
        beginning = opened.read(BEGINNING_BYTES)
        self._is_workbook = beginning.startswith(_WORKBOOK)
        self._foreign = foreign_format(beginning)
        self._opened = opened
        # The sender's: shown, and never a path.
        self._name = plain(name.replace("\0", "")) or "file"
        self._source = source
        self._counts = counts

    @property
    def bytes_read(self) -> int:
        """Bytes as stored that were read so far."""
        return self._opened.tell()

    @property
    def is_ndjson(self) -> bool:
        """Whether the file holds one JSON object a line, by the mapping or by its name."""
        if self._source.format:
            return self._source.format == "ndjson"
        return self._name.lower().removesuffix(".gz").endswith((".ndjson", ".jsonl"))

    def rows(self) -> Iterator[FileRow | Flaw]:
        """Every row in the file's order; a row that cannot be read is a Flaw, not the end.

        Raises UnreadableFile where the file as a whole can be read no further.
        """
        if self.bytes_total > PACKED_BYTES:
            raise UnreadableFile("large", name=self._name, most=PACKED_BYTES)
        if self._foreign:
            raise UnreadableFile("other_format", name=self._name, format=self._foreign)
        if self._source.format == "xlsx" or (self._is_workbook and not self._source.format):
            yield from self._sheet()
            return
        lines = Lines(self._opened, self._name, self._source.encoding, self._counts)
        yield from self._ndjson(lines) if self.is_ndjson else self._csv(lines)

    def _csv(self, lines: Lines) -> Iterator[FileRow | Flaw]:
        names: tuple[str, ...] = ()
        if not self._source.header:
            names = self._checked(self._source.columns)
        for line in self._written(lines, separator=self._source.delimiter):
            if isinstance(line, Flaw):
                yield line
                continue
            number, _ = line
            try:
                row, taken = self._record(lines, line, len(names))
            except Refusal as refusal:
                yield Flaw(str(number), refusal)
                continue
            if not names:
                self._counts.heading += taken
                names = self._checked(self._source.columns or tuple(map(plain, row)))
            elif len(row) != len(names):
                uneven = UnreadableRow("other_length", fields=len(row), columns=len(names))
                yield Flaw(str(number), uneven, lines=taken)
            else:
                yield FileRow(number, dict(zip(names, row, strict=True)), taken)
        self._checked(names)

    def _record(self, lines: Lines, first: tuple[int, str], columns: int) -> tuple[list[str], int]:
        """The fields of a record, and how many lines it has; ``columns`` is 0 for the header."""
        text = first[1]
        if "\0" in text:
            raise UnreadableRow("nul")
        if '"' not in text:
            return text.rstrip("\r\n").split(self._source.delimiter), 1
        more: list[tuple[int, str | None]] = []
        texts, quotes = [text], text.count('"')
        while quotes % 2:
            line = lines.next() if len(texts) < RECORD_LINES else None
            if line is not None:
                more.append(line)
            if line is None or line[1] is None or self._is_row(line[1], columns):
                # A quote that nobody closed takes its own line with it and no other.
                lines.put_back(more)
                raise UnreadableRow("open_quote")
            texts.append(line[1])
            quotes += line[1].count('"')
        try:
            read = list(csv.reader(texts, delimiter=self._source.delimiter, strict=True))
        except csv.Error as problem:
            lines.put_back(more)
            raise UnreadableRow("not_csv", problem=str(problem)) from None
        if len(read) != 1 or (more and columns and len(read[0]) != columns):
            lines.put_back(more)
            raise UnreadableRow("open_quote")
        return read[0], len(texts)

    def _is_row(self, text: str, columns: int) -> bool:
        """Whether a line that should be the rest of a cell is rather a row of its own."""
        return columns > 0 and text.count(self._source.delimiter) >= columns - 1

    def _checked(self, names: tuple[str, ...]) -> tuple[str, ...]:
        if not names:
            raise UnreadableFile("empty", name=self._name)
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            columns = ", ".join(sorted(twice))
            raise UnreadableFile("column_twice", name=self._name, columns=columns)
        return names

    def _sheet(self) -> Iterator[FileRow | Flaw]:
        names: tuple[str, ...] = ()
        if not self._source.header:
            names = self._checked(self._source.columns)
        for number, cells in sheet_rows(self._opened, self._name, self._source.sheet):
            self._counts.lines += 1
            if number <= self._source.skip_lines:
                self._counts.heading += 1
                continue
            if isinstance(cells, Refusal):
                yield Flaw(str(number), cells)
                continue
            # A sheet's row ends with its last cell that holds something.
            if not cells:
                self._counts.blank += 1
            elif not names:
                self._counts.heading += 1
                names = self._checked(self._source.columns or tuple(map(plain, cells)))
            elif len(cells) > len(names):
                refusal = UnreadableRow("other_length", fields=len(cells), columns=len(names))
                yield Flaw(str(number), refusal)
            else:
                filled = cells + [""] * (len(names) - len(cells))
                yield FileRow(number, dict(zip(names, filled, strict=True)))
        self._checked(names)

    def _ndjson(self, lines: Lines) -> Iterator[FileRow | Flaw]:
        for line in self._written(lines):
            if isinstance(line, Flaw):
                yield line
                continue
            number, text = line
            try:
                yield FileRow(number, _json_fields(text))
            except Refusal as refusal:
                yield Flaw(str(number), refusal)

    def _written(self, lines: Lines, *, separator: str = "") -> Iterator[tuple[int, str] | Flaw]:
        """The lines after the heading that hold something, and a Flaw of one that is too long."""
        for number, line in lines:
            if number <= self._source.skip_lines:
                self._counts.heading += 1
            elif line is None:
                yield Flaw(str(number), UnreadableRow("long", most=LINE_BYTES))
            elif not line.replace(separator, "").strip():
                self._counts.blank += 1
            else:
                yield number, line


def _json_fields(line: str) -> dict[str, str]:
    try:
        # Numbers stay the text that was written: a binary fraction would lose digits of an id.
        found = json.loads(
            line,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_constant,
            object_pairs_hook=_members,
        )
        if not isinstance(found, dict):
            raise UnreadableRow("not_an_object")
        return _members(list(_flat(found)))
    except json.JSONDecodeError as problem:
        raise UnreadableRow("not_json", problem=problem.msg) from None
    except ValueError as problem:
        raise UnreadableRow("not_json", problem=str(problem)) from None
    except RecursionError:
        raise UnreadableRow("not_json", problem="nested too deeply") from None


def _members(pairs: list[tuple[str, _Value]]) -> dict[str, _Value]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _flat(found: JsonObject, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested objects as ``outer.inner``; everything else as the text that it shows."""
    for name, value in found.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        elif value is None:
            yield f"{prefix}{name}", ""
        elif isinstance(value, bool):
            yield f"{prefix}{name}", "true" if value else "false"
        else:
            yield (
                f"{prefix}{name}",
                value if isinstance(value, str) else json.dumps(value, ensure_ascii=False),
            )
