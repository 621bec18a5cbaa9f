"""Exported rows of closed days, compared with what was anchored: no database, no platform.

A file of rows has a row a line, in the bytes that are hashed (``rewards.ledger.anchor``): day after
day, in each the books in their order, and in each book the rows by their ids.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from rewards.ledger.anchor import (
    BOOK_OF_KIND,
    BOOKS,
    BOOKS_OF,
    AnchorDocument,
    DayTotal,
    Row,
    RowsUnordered,
    differences,
    total_of,
)


class NoRow(ValueError):
    """A line that is no row; the text names the line."""


def export_differences(
    lines: Iterable[bytes], documents: Sequence[AnchorDocument]
) -> Iterator[str]:
    """What a file of rows says otherwise than these documents, which follow one another.

    Every row of the documents' days must be in the file, and no other. Takes memory for a few
    numbers of each day. Raises NoRow for a line that is none, RowsUnordered for another order.
    """
    begins = [document["starts_at"] for document in documents]
    end = documents[-1]["ends_at"] if documents else ""

    def place_of(row: Row) -> tuple[int, str]:
        kind, moment = row[0] or "", row[2] or ""
        day = bisect_right(begins, moment) - 1 if moment < end else len(begins)
        return day, BOOK_OF_KIND[kind]

    found: dict[tuple[int, str], DayTotal] = {}
    for (day, book), rows in groupby(_rows(lines), key=place_of):
        if (day, book) in found:
            raise RowsUnordered(f"rows of {book} of one day stand in two places")
        found[day, book] = total_of(rows)
        if not 0 <= day < len(documents):
            yield f"{book}: {found[day, book].count} rows of days that have no anchor here"
    nothing = total_of(())
    for day, document in enumerate(documents):
        books = BOOKS_OF[document["format"]]
        yield from differences(document, {book: found.get((day, book), nothing) for book in books})
        for book in BOOKS:
            if book not in books and (day, book) in found:
                yield f"{document['day']} {book}: {found[day, book].count} rows of a book not kept"


def _rows(lines: Iterable[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            known = row[0] in BOOK_OF_KIND and all(isinstance(each, str) for each in row[1:4])
            int(row[3])
        except (ValueError, TypeError, LookupError) as broken:
            raise NoRow(f"line {number} is no row") from broken
        if not known:
            raise NoRow(f"line {number} is no row of a book")
        yield row
