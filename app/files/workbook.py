"""Rows of a workbook (xlsx) as texts, streamed; what unpacks to too much is refused unread."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO, TypedDict
from xml.etree.ElementTree import ParseError

from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.worksheet._reader import FORMULA_TAG, VALUE_TAG, WorkSheetParser

from app.files.workbook_parts import CONTENTS, ROW, Book, OverfullPart, elements
from behaviours.file_refusals import UnreadableFile, UnreadableRow
from behaviours.files.limits import LINE_BYTES, LINES, SHEET_BYTES, SHEET_TEXTS_BYTES

_ENTRIES_MOST = 2000
_TEXTS = "sharedstrings.xml"
# A number as a sheet stores it; Python would also take other digits, ``1_000`` and ``inf``.
_NUMBER = re.compile(
    r"[-+]?(?=\.?[0-9])[0-9]{0,20}(\.[0-9]{0,30})?([Ee][-+]?[0-9]{1,3})?", re.ASCII
)
_LEADS_OUT = re.compile(r"(^|/)\.\.(/|$)|^/|\\|^[a-z]:")
# The number of a text in the table of texts.
_PLACE = re.compile(r"[0-9]{1,9}", re.ASCII)
_ENDLESS = (float("inf"), float("-inf"))
# Spreadsheets keep 15 digits of a number.
_EXACT = 10**15
# Of what stands in a cell that cannot be read, in the line that says so.
_SHOWN = 40
# What the reader raises about a file that is no whole workbook, or not one of its kind.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, ParseError, KeyError, ValueError, TypeError,
    AttributeError, IndexError, NotImplementedError, OSError,
    RuntimeError, struct.error,
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
        book = Book(opened)
    except OverfullPart:
        raise UnreadableFile("overfull", name=name) from None
    except _BROKEN:
        raise UnreadableFile("no_workbook", name=name) from None
    sheets = {each.title: each for each in book.sheets}
    if len(sheets) < len(book.sheets):
        raise UnreadableFile("no_workbook", name=name)
    if not sheets or (sheet is not None and sheet not in sheets):
        raise UnreadableFile("no_sheet", name=name, sheet=sheet or "", sheets=", ".join(sheets))
    # What nobody sees in the workbook is read only where the mapping names it.
    seen = [each.title for each in book.sheets if each.sheet_state == "visible"]
    rows = _rows(sheets[sheet or (seen or [*sheets])[0]], name)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except OverfullPart:
            raise UnreadableFile("overfull", name=name) from None
        except _BROKEN:
            raise UnreadableFile("damaged", name=name) from None


class _SheetCell(TypedDict):
    """A cell as openpyxl passes it on; ``data_type`` "e" is an error."""

    row: int
    column: int
    value: object
    data_type: str
    style_id: int


class _SheetCells(WorkSheetParser):  # type: ignore[misc]  # it states no types
    """Reads cells as they are stored; one that holds no value of its kind is an error, alone."""

    def parse_cell(self, element: Any) -> Any:
        before = self.col_counter
        try:
            cell = super().parse_cell(element)
        except (ValueError, IndexError, OverflowError):
            if self.col_counter == before:
                raise
            return self._error(element.findtext(VALUE_TAG, ""))
        if self.col_counter <= before:
            raise ValueError("two cells at one place")
        kind = element.get("t", "n")
        if kind == "s" and _PLACE.fullmatch(element.findtext(VALUE_TAG, "0")) is None:
            # Counted from behind, or in other digits, it would have the text of another cell.
            return self._error(element.findtext(VALUE_TAG, ""))
        if kind == "n":
            stored = element.findtext(VALUE_TAG, "").strip()
            if not stored and element.find(FORMULA_TAG) is not None:
                # Whoever wrote the workbook left the reckoning to whoever opens it.
                return self._error("=")
            if stored and (_NUMBER.fullmatch(stored) is None or cell["value"] in _ENDLESS):
                return self._error(stored)
        return cell

    def _error(self, shown: str) -> _SheetCell:
        return {
            "row": self.row_counter,
            "column": self.col_counter,
            "value": shown[:_SHOWN],
            "data_type": "e",
            "style_id": 0,
        }


def _rows(found: Any, name: str) -> Iterator[tuple[int, list[str] | UnreadableRow]]:
    """Every row once, with the blank ones between; a number that does not rise is a damage.

    openpyxl's own iteration leaves such a row out, and a cell that stands before its neighbour.
    """
    book, last = found.parent, 0
    with found._get_source() as source:  # noqa: SLF001 - the file's part is found nowhere else
        cells = _SheetCells(
            None,
            found._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )
        for element in elements(source, ROW):
            number, row = cells.parse_row(element)
            if number <= last:
                raise ValueError("rows whose numbers do not rise")
            if number > LINES:
                raise UnreadableFile("many_lines", name=name, most=LINES)
            for between in range(last + 1, number):
                yield between, []
            yield number, _texts(found, row)
            last = number


def _check_size(opened: BinaryIO, name: str) -> None:
    """What it unpacks to; the unpacking itself goes no further than is stated there."""
    opened.seek(0)
    with zipfile.ZipFile(opened) as packed:
        parts = packed.infolist()
    names = [one.filename.lower() for one in parts]
    if CONTENTS.lower() not in names and not any(each.startswith("xl/") for each in names):
        raise UnreadableFile("other_format", name=name, format="ZIP")
    if len({*names}) < len(names) or any(map(_LEADS_OUT.search, names)):
        # Of two parts with one name every reader would take another.
        raise UnreadableFile("no_workbook", name=name)
    texts = sum(one.file_size for one in parts if one.filename.lower().endswith(_TEXTS))
    if (
        len(parts) > _ENTRIES_MOST
        or sum(one.file_size for one in parts) > SHEET_BYTES
        or texts > SHEET_TEXTS_BYTES
    ):
        raise UnreadableFile("unpacks_large", name=name, most=SHEET_BYTES)


def _texts(found: Any, row: list[_SheetCell]) -> list[str] | UnreadableRow:
    """The texts of a row up to its last one that is not blank."""
    made: list[str] = []
    for cell in row:
        value, place = cell["value"], cell["column"]
        if cell["data_type"] == "e" and value is not None:
            problem = str(value)
            return UnreadableRow(
                "not_reckoned" if problem == "=" else "cell_error", problem=problem
            )
        shown_as = ""
        if isinstance(value, datetime):
            shown_as = str(ReadOnlyCell(found, **cell).number_format or "")
        if (text := _text(value, shown_as)).strip():
            made += [""] * (place - 1 - len(made))
            made.append(text)
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
    if isinstance(value, int) and abs(value) >= _EXACT:
        # Its last digits may be noughts that the spreadsheet put there: it is no id any more.
        return repr(float(value))
    if isinstance(value, float):
        return repr(value)
    return str(value)
