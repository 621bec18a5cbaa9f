"""A file of rows against the anchored days: each row is there, in its day and book, unchanged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from rewards.ledger.anchor import (
    BOOK_OF_KIND,
    BOOKS,
    FIRST_FORMAT,
    FORMAT,
    LOG,
    LOG_KINDS,
    SECOND_FORMAT,
    AnchorDocument,
    Row,
    RowsUnordered,
    anchor_document,
    difference,
    differences,
    has_kind,
    line_of,
    moment_text,
    stated_total,
    total_of,
)
from rewards.ledger.anchor_export import NoRow, export_differences

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
# A kind of each book, in the order of the books.
KINDS = (
    "reduction",
    "carbon_posting",
    "points_transfer",
    "money_posting",
    "unit_block",
    "log_entry",
)


def a_row(kind: str, number: int, moment: datetime, amount: int = 1) -> Row:
    return [kind, f"{number:08}", moment_text(moment), str(amount), "content"]


def rows_of(day: int, kinds: tuple[str, ...] = KINDS) -> list[Row]:
    """Two rows of each kind: of the first moment of the day, and of its last."""
    first, last = BEGIN + day * DAY, BEGIN + (day + 1) * DAY - timedelta(microseconds=1)
    return [
        a_row(kind, number, moment) for kind in kinds for number, moment in ((1, first), (2, last))
    ]


def documents(days: list[list[Row]], form: str = FORMAT) -> list[AnchorDocument]:
    made: list[AnchorDocument] = []
    for day, rows in enumerate(days):
        begin = BEGIN + day * DAY
        made.append(
            anchor_document(
                begin.date(),
                "UTC",
                starts_at=begin,
                ends_at=begin + DAY,
                totals={
                    book: total_of(row for row in rows if BOOK_OF_KIND[row[0] or ""] == book)
                    for book in BOOKS
                },
                before=made[-1] if made else None,
                form=form,
            )
        )
    return made


DAYS = [rows_of(0), rows_of(1), rows_of(2)]
ANCHORED = documents(DAYS)
EVERY_ROW = [row for rows in DAYS for row in rows]


def found(rows: list[Row], anchored: list[AnchorDocument] = ANCHORED) -> list[str]:
    return list(export_differences([line_of(row) for row in rows], anchored))


def test_a_whole_file_differs_in_nothing() -> None:
    assert found(EVERY_ROW) == []
    assert found([], []) == []


@pytest.mark.parametrize("at", range(len(EVERY_ROW)))
def test_each_row_that_is_missing_is_missed_in_its_day_and_its_book(at: int) -> None:
    day, (kind, *_) = at // len(DAYS[0]), EVERY_ROW[at]
    fewer = EVERY_ROW[:at] + EVERY_ROW[at + 1 :]
    assert found(fewer) == [f"2026-07-0{day + 1} {BOOK_OF_KIND[kind or '']}: 1 rows of 2"]


@pytest.mark.parametrize("at", range(len(DAYS[0])))
def test_another_amount_and_another_content_are_told_apart(at: int) -> None:
    row, book = EVERY_ROW[at], BOOK_OF_KIND[EVERY_ROW[at][0] or ""]
    dearer = [*row[:3], "5", row[4]]
    other = [*row[:4], "another"]
    said = {
        "a sum of 6 instead of 2": dearer,
        "a row with another content": other,
    }
    for how, changed in said.items():
        spoilt = [changed if each is row else each for each in EVERY_ROW]
        assert found(spoilt) == [f"2026-07-01 {book}: {how}"]


@pytest.mark.parametrize("moment", [BEGIN - timedelta(microseconds=1), BEGIN + 3 * DAY])
def test_rows_of_days_without_an_anchor_are_named(moment: datetime) -> None:
    row = a_row("unit_block", 9, moment)
    rows = [row, *EVERY_ROW] if moment < BEGIN else [*EVERY_ROW, row]
    assert found(rows) == ["registry: 1 rows of days that have no anchor here"]
    assert found([row], []) == ["registry: 1 rows of days that have no anchor here"]


def test_a_day_of_an_old_format_has_no_log() -> None:
    assert found(rows_of(0), documents([rows_of(0)], FIRST_FORMAT)) == [
        "2026-07-01 log: 2 rows of a book not kept"
    ]
    kept = rows_of(0, KINDS[:-1])
    assert found(kept, documents([kept], FIRST_FORMAT)) == []


def test_a_book_stands_in_one_place_of_its_day() -> None:
    carbon = [row for row in DAYS[0] if row[0] == "carbon_posting"]
    rows = [carbon[0], *rows_of(0, ("money_posting",)), carbon[1]]
    with pytest.raises(RowsUnordered, match="rows of carbon of one day stand in two places"):
        found(rows)
    with pytest.raises(RowsUnordered, match="00000001 stands after 00000002"):
        found(carbon[::-1])


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"7",
        b"not json",
        b"\xff",
        b'["reduction"]',
        b'["reduction","1","2026-07-01T00:00:00.000000Z"]',
        b'["reduction","1","2026-07-01T00:00:00.000000Z","much"]',
        b'["reduction","1","2026-07-01T00:00:00.000000Z",null]',
        b'["reduction",null,"2026-07-01T00:00:00.000000Z","1"]',
        b'["reduction","1",5,"1"]',
        b'["reduction","1","2026-07-01T00:00:00.000000Z",1]',
        b'["event","1","2026-07-01T00:00:00.000000Z","1"]',
        b'[["reduction"],"1","2026-07-01T00:00:00.000000Z","1"]',
    ],
)
def test_a_line_that_is_no_row_is_named_by_its_number(line: bytes) -> None:
    lines = [line_of(EVERY_ROW[0]), line]
    with pytest.raises(NoRow, match=r"line 2 is no row"):
        list(export_differences(lines, ANCHORED))


def test_every_kind_of_row_has_a_book_and_every_book_a_unit() -> None:
    assert set(BOOK_OF_KIND.values()) == set(BOOKS)
    assert all(BOOK_OF_KIND[kind] == LOG for kind in LOG_KINDS)
    assert len(LOG_KINDS) == len(set(LOG_KINDS))
    assert all(BOOKS.values())


@pytest.mark.parametrize("kind", BOOK_OF_KIND)
def test_a_format_has_a_kind_from_when_it_was_added_on(kind: str) -> None:
    later = kind in ("organisation_step", "scene_step")
    formats = (FIRST_FORMAT, SECOND_FORMAT, FORMAT)
    of_the_log = BOOK_OF_KIND[kind] == LOG
    assert [has_kind(form, kind) for form in formats] == [not of_the_log, not later, True]


def test_differences_are_told_book_by_book_and_only_of_what_differs() -> None:
    [document, *_] = ANCHORED
    totals = {each["book"]: stated_total(each) for each in document["books"]}
    assert list(differences(document, totals)) == []
    fewer = {**totals, "money": total_of([]), "log": total_of([])}
    assert list(differences(document, fewer)) == [
        "2026-07-01 money: 0 rows of 2",
        "2026-07-01 log: 0 rows of 2",
    ]


@pytest.mark.parametrize(
    "spoil", [{"count": "two"}, {"sum": "1.5"}, {"root": "xyz"}, {"root": "0"}, {"count": ""}]
)
def test_a_document_that_states_no_number_is_no_document(spoil: dict[str, str]) -> None:
    book = json.loads(json.dumps(ANCHORED[0]["books"][0])) | spoil
    with pytest.raises(ValueError, match=r"invalid literal|fromhex"):
        difference("2026-07-01", book, total_of([]))
