"""Anchors: one number for each book and closed civil day, from which no row can be missing.

**A row** is one line: a JSON array of texts and nulls in UTF-8, without spaces and with no escapes
but the necessary ones, ``["carbon_posting","0199…","2026-07-01T04:00:00.000000Z","41",…]``. It
begins with the kind of row, its id, its moment in UTC with six digits after the second, and its
amount, an integer in decimals; what follows is the kind's own, as the statements that read the
rows say it.

**A day** of a book is every row of it with ``starts_at <= moment < ends_at``, in the order of ids,
and rows with one id in the order of their bytes.

**The root** is a Merkle tree over the rows, as RFC 6962 (section 2.1) builds it, with SHA-256::

    leaf = H(0x00 ‖ row)        node = H(0x01 ‖ left ‖ right)        of no row: H()

where the left part of n > 1 rows is the largest power of two below n.

**The chain** binds the day to all days before it::

    chain = H(previous ‖ book ‖ day ‖ count ‖ sum ‖ root)

``previous`` is the book's chain of the day before (32 bytes; nought on the first day), ``book``
its name in UTF-8, ``day`` ten characters (``2026-07-01``), ``count`` 8 bytes and ``sum``, the sum
of the amounts, 16 bytes in two's complement, both with the most significant byte first, ``root``
32 bytes.

**Formats** say which books a day has and what its rows hold; a day is compared by the format that
its document states, for ever. ``/2`` added the book ``log``, which begins with the first day of
that format, and to every row of points the lots that it took from or put into. ``/3`` added to the
log what was done to organisations that take part, and to the scenes that are open.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Final, TypedDict

from behaviours.civil_time import utc_text

FIRST_FORMAT: Final = "tanpuhui.anchors/1"
SECOND_FORMAT: Final = "tanpuhui.anchors/2"
FORMAT: Final = "tanpuhui.anchors/3"
# Every book of which days are closed, in order, and the unit of its amounts.
BOOKS: Final = {
    "reductions": "mg CO2e",
    "carbon": "mg CO2e",
    "points": "points",
    "money": "fen",
    "registry": "t",
    "log": "steps",
}
LOG: Final = "log"
# Which books the days of a format have; the oldest format first.
BOOKS_OF: Final = {
    FIRST_FORMAT: tuple(book for book in BOOKS if book != LOG),
    SECOND_FORMAT: tuple(BOOKS),
    FORMAT: tuple(BOOKS),
}
# Which kinds of rows a book has.
_BOOK_OF_KIND: Final = {
    "reduction": "reductions",
    "reversal": "reductions",
    "carbon_posting": "carbon",
    "points_transfer": "points",
    "money_posting": "money",
    "unit_block": "registry",
    "unit_transfer": "registry",
    "retirement": "registry",
    "cover": "registry",
}
# Steps of people and of the platform, each with who took it: no amount but that it is one.
LOG_KINDS: Final = (
    "signature",
    "reversal_signature",
    "hold_outcome",
    "gate_approval",
    "methodology_step",
    "methodology_withdrawal",
    "programme_document",
    "published_text",
    "verifier_pool_step",
    "independence_declaration",
    "verifier_approval",
    "verifier_seat",
    "verifier_refusal",
    "verification_step",
    "replacement",
    "replacement_withdrawal",
    "holder_notice",
    "notice_acknowledgement",
    "quota_alarm",
    "identity_change",
    "identity_change_end",
    "guardian_change",
    "user_step",
    "complaint_entry",
    "log_entry",
    "organisation_step",
    "scene_step",
)
# Kinds that days of a format do not have, though they have the book.
_LATER_KINDS: Final = {SECOND_FORMAT: ("organisation_step", "scene_step")}
BOOK_OF_KIND: Final = {**_BOOK_OF_KIND, **dict.fromkeys(LOG_KINDS, LOG)}


def has_kind(form: str, kind: str) -> bool:
    """Whether days of this format have rows of this kind."""
    return BOOK_OF_KIND[kind] in BOOKS_OF[form] and kind not in _LATER_KINDS.get(form, ())


# Said in every document, so that nobody takes silence for a book without rows.
NOT_KEPT: Final = ("events",)
FIRST_PREVIOUS: Final = bytes(32)

Row = Sequence[str | None]


class RowsUnordered(ValueError):
    """Rows that do not come in the order of their ids; the text says which."""


class BookOfDay(TypedDict):
    """What a day's document says of one book; numbers in decimals, hashes in hexadecimals."""

    book: str
    unit: str
    count: str
    sum: str
    root: str
    previous: str
    chain: str


class AnchorDocument(TypedDict):
    """A closed day: ``starts_at`` and ``ends_at`` are its limits, the second not included."""

    format: str
    day: str
    zone: str
    starts_at: str
    ends_at: str
    books: list[BookOfDay]
    not_kept: list[str]


@dataclass(frozen=True, slots=True)
class DayTotal:
    """What the rows of a book's day come to."""

    count: int
    sum: int
    root: bytes


def line_of(row: Row) -> bytes:
    """The bytes of a row, which are hashed; see above."""
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def moment_text(moment: datetime) -> str:
    """A moment as rows state it, with all six digits."""
    whole = moment.replace(microsecond=0)
    return f"{utc_text(whole)[:-1]}.{moment.microsecond:06d}Z"


@dataclass(slots=True)
class _Tree:
    """A Merkle tree that keeps one node for each height, however many leaves it gets."""

    count: int = 0
    _nodes: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        self.count += 1
        height, node = 0, hashlib.sha256(b"\0" + line).digest()
        while self._nodes and self._nodes[-1][0] == height:
            node = _parent(self._nodes.pop()[1], node)
            height += 1
        self._nodes.append((height, node))

    def root(self) -> bytes:
        if not self._nodes:
            return hashlib.sha256().digest()
        *rest, (_, node) = self._nodes
        for _, left in reversed(rest):
            node = _parent(left, node)
        return node


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def total_of(rows: Iterable[Row]) -> DayTotal:
    """Count, sum and root of a book's day; ``rows`` come in the order of their ids.

    Takes memory for one row (and for those of one id), however many there are. Raises
    RowsUnordered.
    """
    tree, together, last = _Tree(), 0, ""
    for row_id, same in groupby(rows, key=_id_of):
        if row_id < last:
            raise RowsUnordered(f"row {row_id} stands after {last}")
        last = row_id
        lines = []
        for row in same:
            together += int(row[3] or 0)
            lines.append(line_of(row))
        for line in sorted(lines) if len(lines) > 1 else lines:
            tree.add(line)
    return DayTotal(tree.count, together, tree.root())


def _id_of(row: Row) -> str:
    found = row[1]
    assert found is not None, row
    return found


def chain_of(previous: bytes, book: str, day: date, total: DayTotal) -> bytes:
    """The chain up to and with this day; see above."""
    said = (
        previous
        + book.encode()
        + day.isoformat().encode()
        + total.count.to_bytes(8)
        + total.sum.to_bytes(16, signed=True)
        + total.root
    )
    return hashlib.sha256(said).digest()


def anchor_document(
    day: date,
    zone: str,
    *,
    starts_at: datetime,
    ends_at: datetime,
    totals: Mapping[str, DayTotal],
    before: AnchorDocument | None,
    form: str = FORMAT,
) -> AnchorDocument:
    """The day's document, to be signed; ``before`` is the one of the day before, if any.

    ``totals`` has every book of the format ``form``.
    """
    previous = (
        {each["book"]: bytes.fromhex(each["chain"]) for each in before["books"]} if before else {}
    )
    return {
        "format": form,
        "day": day.isoformat(),
        "zone": zone,
        "starts_at": moment_text(starts_at),
        "ends_at": moment_text(ends_at),
        "books": [
            _stated(book, day, totals[book], previous.get(book, FIRST_PREVIOUS))
            for book in BOOKS_OF[form]
        ],
        "not_kept": list(NOT_KEPT),
    }


def _stated(book: str, day: date, total: DayTotal, previous: bytes) -> BookOfDay:
    return {
        "book": book,
        "unit": BOOKS[book],
        "count": str(total.count),
        "sum": str(total.sum),
        "root": total.root.hex(),
        "previous": previous.hex(),
        "chain": chain_of(previous, book, day, total).hex(),
    }


def stated_total(book: BookOfDay) -> DayTotal:
    """What a document says of a book; raises ValueError for what is no number or hash."""
    return DayTotal(int(book["count"]), int(book["sum"]), bytes.fromhex(book["root"]))


def chain_faults(documents: Iterable[AnchorDocument]) -> Iterator[str]:
    """What does not hold of documents in the order of their days, without any row.

    The days follow one another without a gap, and each book's chain goes on from the day before.
    A file may begin on any day. Raises nothing for a document that is not complete: it names it.
    """
    before: AnchorDocument | None = None
    for document in documents:
        try:
            yield from _faults(document, before)
        except (KeyError, TypeError, ValueError, OverflowError) as broken:
            yield f"{document.get('day')}: the document is not complete ({broken!r})"
            return
        before = document


def _faults(document: AnchorDocument, before: AnchorDocument | None) -> Iterator[str]:
    day = date.fromisoformat(document["day"])
    formats, form = list(BOOKS_OF), document["format"]
    if form not in formats:
        yield f"{day}: of an unknown format, {form}"
        return
    if before is not None and formats.index(form) < formats.index(before["format"]):
        yield f"{day}: of an older format than the day before, {form}"
    if before is not None and (
        document["starts_at"] != before["ends_at"]
        or day.toordinal() != date.fromisoformat(before["day"]).toordinal() + 1
    ):
        yield f"{day}: does not follow {before['day']}"
    earlier = {each["book"]: each["chain"] for each in before["books"]} if before else {}
    stated = [each["book"] for each in document["books"]]
    if stated != list(BOOKS_OF[form]):
        yield f"{day}: has the books {', '.join(stated)}, not those of its format"
    for each in document["books"]:
        book, previous = each["book"], each["previous"]
        if before is not None and earlier.get(book, FIRST_PREVIOUS.hex()) != previous:
            yield f"{day} {book}: does not go on from the chain of the day before"
        if chain_of(bytes.fromhex(previous), book, day, stated_total(each)).hex() != each["chain"]:
            yield f"{day} {book}: its chain is not the one of what it states"


def difference(day: str, book: BookOfDay, found: DayTotal) -> str | None:
    """How the rows that are there differ from what was anchored; None when they agree."""
    stated = stated_total(book)
    if stated == found:
        return None
    if stated.count != found.count:
        how = f"{found.count} rows of {stated.count}"
    elif stated.sum != found.sum:
        how = f"a sum of {found.sum} instead of {stated.sum}"
    else:
        how = "a row with another content"
    return f"{day} {book['book']}: {how}"


def differences(document: AnchorDocument, totals: Mapping[str, DayTotal]) -> Iterator[str]:
    """How the rows of a day differ from its document, book by book; ``totals`` has every book."""
    for book in document["books"]:
        differs = difference(document["day"], book, totals[book["book"]])
        if differs is not None:
            yield differs
