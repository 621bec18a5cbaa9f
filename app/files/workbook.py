"""Rows of a workbook (xlsx) as texts, streamed; what unpacks to too much is refused unread."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell

from behaviours.file_refusals import UnreadableFile, UnreadableRow
from behaviours.files.limits import LINE_BYTES, LINES, SHEET_BYTES, SHEET_TEXTS_BYTES

_ENTRIES_MOST = 2000
_TEXTS = "sharedstrings.xml"
# What the reader raises about a file that is no whole workbook, or not one of its kind.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, NotImplementedError, OSError,
)  # fmt: skip


def sheet_rows(
    opened: BinaryIO, name: str, sheet: str | None
) -> Iterator[tuple[int, list[str] | UnreadableRow]]:
    """The rows of a sheet with their numbers, or why one cannot be read; raises UnreadableFile.

    Numbers and times are those that the sheet stores. What a formula showed when the workbook was
    last saved is its value; nothing in it is ever evaluated.
    """
    try:
        _check_size(opened, name)
        opened.seek(0)
        book = load_workbook(opened, read_only=True, data_only=True, keep_links=False)
    except _BROKEN:
        raise UnreadableFile("no_workbook", name=name) from None
    sheets = [each.title for each in book.worksheets]
    if not sheets or (sheet is not None and sheet not in sheets):
        raise UnreadableFile("no_sheet", name=name, sheet=sheet or "", sheets=", ".join(sheets))
    found = book[sheet or sheets[0]]
    # What a sheet says of its own size is not always so.
    found.reset_dimensions()
    rows = enumerate(found.iter_rows(), start=1)
    while True:
        try:
            number, cells = next(rows)
            texts = _texts(cells)
        except StopIteration:
            return
        except _BROKEN:
            raise UnreadableFile("damaged", name=name) from None
        if number > LINES:
            raise UnreadableFile("many_lines", name=name, most=LINES)
        yield number, texts


def _check_size(opened: BinaryIO, name: str) -> None:
    """What it unpacks to; the unpacking itself goes no further than is stated there."""
    opened.seek(0)
    with zipfile.ZipFile(opened) as packed:
        parts = packed.infolist()
    texts = sum(one.file_size for one in parts if one.filename.lower().endswith(_TEXTS))
    if (
        len(parts) > _ENTRIES_MOST
        or sum(one.file_size for one in parts) > SHEET_BYTES
        or texts > SHEET_TEXTS_BYTES
    ):
        raise UnreadableFile("unpacks_large", name=name, most=SHEET_BYTES)


def _texts(cells: tuple[ReadOnlyCell | EmptyCell, ...]) -> list[str] | UnreadableRow:
    made = []
    for cell in cells:
        if cell.value is not None and cell.data_type == "e":
            return UnreadableRow("cell_error", problem=str(cell.value))
        made.append(_text(cell.value, str(getattr(cell, "number_format", "") or "")))
    if sum(map(len, made)) > LINE_BYTES:
        return UnreadableRow("long", most=LINE_BYTES)
    return made


def _text(value: object, shown_as: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        # A sheet stores days as midnights; only how they are shown tells the two apart.
        if value.time() == time() and "h" not in shown_as.lower():
            return value.date().isoformat()
        # Stored as a fraction of a day, a time is off by some microseconds.
        rounded = value + timedelta(microseconds=500)
        return rounded.replace(microsecond=rounded.microsecond // 1000 * 1000).isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    return str(value)
