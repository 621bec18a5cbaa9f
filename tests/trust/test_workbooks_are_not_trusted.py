"""Workbooks of strangers: what nobody sees in them is not read, and nothing in them vanishes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from tests.builders.files import RIDE, a_reading

AT = "2026-03-01T08:00:00+08:00"
NAMES = ("card", "trip", "at", "km")
SHEET = "xl/worksheets/sheet1.xml"


def a_workbook(*rows: Sequence[Any], **sheets: Sequence[Sequence[Any]]) -> Workbook:
    """A workbook with these rows under the names, and further sheets likewise."""
    book = Workbook()
    book.active.title = "Rides"
    for title, of_sheet in {"Rides": rows, **sheets}.items():
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        for cells in (NAMES, *of_sheet):
            sheet.append(cells)
    return book


def stored(book: Workbook, *changes: tuple[str, str]) -> bytes:
    """The workbook as a file, texts of its first sheet changed."""
    saved, made = io.BytesIO(), io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            for before, after in changes if name == SHEET else ():
                assert before.encode() in text, text
                text = text.replace(before.encode(), after.encode(), 1)
            new.writestr(name, text)
    return made.getvalue()


def reading(raw: bytes, **source: str) -> tuple[list[str], list[tuple[str, str]], str | None]:
    """Who was read, which lines were refused with what, and what became of the file."""
    mapping = {**RIDE, "source": source} if source else RIDE
    drafts, flaws, counts = a_reading(raw, mapping, name="rides.xlsx")
    fault = counts.fault.case if counts.fault else None
    return (
        [each.person for each in drafts],
        [(each.line, each.refusal.case or each.code) for each in flaws],
        fault,
    )


def test_a_hidden_sheet_is_read_only_where_it_is_named() -> None:
    book = a_workbook(("OLD", "t1", AT, 1), March=[("B1", "t2", AT, 2)])
    book["Rides"].sheet_state = "hidden"
    book.active = 1
    assert reading(stored(book)) == (["B1"], [], None)
    assert reading(stored(book), sheet="Rides") == (["OLD"], [], None)


def test_a_formula_that_nobody_reckoned_is_told_and_no_blank_row() -> None:
    book = a_workbook(("A1", "t1", AT, "=1+1"), ("=A2", "=B2", "=C2", "=D2"), ("A3", "t3", AT, 3))
    refused = [("2", "not_reckoned"), ("3", "not_reckoned")]
    assert reading(stored(book)) == (["A3"], refused, None)


def test_an_id_of_which_a_spreadsheet_keeps_fifteen_digits_is_no_id() -> None:
    rows = [(number, f"t{at}", AT, 1) for at, number in enumerate((123456789012345, 10**15))]
    book = a_workbook(*rows, (20260317000000001, "t2", AT, 1), ("20260317000000001", "t3", AT, 1))
    read, refused, _ = reading(stored(book))
    assert read == ["123456789012345", "20260317000000001"]
    assert [line for line, _ in refused] == ["3", "4"]


@pytest.mark.parametrize(
    "value", ["NaN", "INF", "x", "1E400", "0x10", "1_000", "１２", "9" * 400, "1,5"]
)
def test_a_cell_that_holds_no_number_takes_its_own_row_and_no_other(value: str) -> None:
    book = a_workbook(("A1", "t1", AT, 7.25), ("A2", "t2", AT, 8))
    spoilt = stored(book, ("<v>7.25</v>", f"<v>{value}</v>"))
    assert reading(spoilt) == (["A2"], [("2", "cell_error")], None)


@pytest.mark.parametrize("numbered", ["2", "1", "0", "-7", "x"])
def test_no_row_vanishes_because_its_number_does_not_rise(numbered: str) -> None:
    book = a_workbook(("A1", "t1", AT, 7), ("A2", "t2", AT, 8))
    spoilt = stored(book, ('<row r="3"', f'<row r="{numbered}"'))
    assert reading(spoilt) == (["A1"], [], "damaged")


def test_no_cell_vanishes_behind_its_neighbour() -> None:
    book = a_workbook(("A1", "t1", AT, 7))
    assert reading(stored(book, ('r="D2"', 'r="A2"'))) == ([], [], "damaged")


def test_a_row_far_below_is_not_counted_up_to() -> None:
    book = a_workbook(("A1", "t1", AT, 7), ("A2", "t2", AT, 8))
    far = stored(book, ('<row r="3"', '<row r="99999999999"'))
    assert reading(far) == (["A1"], [], "many_lines")


def test_a_merged_cell_is_filled_by_nobody() -> None:
    book = a_workbook(("A1", "t1", AT, 1), (None, "t2", AT, 1))
    book["Rides"].merge_cells("A2:A3")
    assert reading(stored(book)) == (["A1"], [("3", "BLANK_VALUE")], None)


def test_a_workbook_behind_a_password_is_refused_in_words() -> None:
    raw = bytearray(stored(a_workbook(("A1", "t1", AT, 1))))
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := raw.find(mark, at + 1)) >= 0:
            raw[at + flag] |= 1
    assert reading(bytes(raw)) == ([], [], "no_workbook")
