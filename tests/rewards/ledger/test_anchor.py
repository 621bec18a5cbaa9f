"""Anchors come out the same for anybody who follows their description."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from rewards.ledger.anchor import (
    BOOKS,
    BOOKS_OF,
    FIRST_FORMAT,
    FIRST_PREVIOUS,
    FORMAT,
    SECOND_FORMAT,
    AnchorDocument,
    DayTotal,
    RowsUnordered,
    anchor_document,
    chain_faults,
    chain_of,
    difference,
    line_of,
    moment_text,
    total_of,
)

DAY = date(2026, 7, 1)


def _row(number: int, amount: int = 1, **more: str) -> list[str | None]:
    return ["posting", f"{number:08}", "2026-07-01T04:00:00.000000Z", str(amount), *more.values()]


def _by_the_book(lines: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not lines:
        return hashlib.sha256().digest()
    if len(lines) == 1:
        return hashlib.sha256(b"\0" + lines[0]).digest()
    k = 1
    while k * 2 < len(lines):
        k *= 2
    left, right = _by_the_book(lines[:k]), _by_the_book(lines[k:])
    return hashlib.sha256(b"\1" + left + right).digest()


@given(st.lists(st.integers(-(10**15), 10**15), max_size=70))
def test_count_sum_and_root_are_those_of_the_description(amounts: list[int]) -> None:
    rows = [_row(number, amount) for number, amount in enumerate(amounts)]
    lines = [json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() for row in rows]
    assert total_of(rows) == DayTotal(len(rows), sum(amounts), _by_the_book(lines))


def test_rows_of_one_id_stand_in_the_order_of_their_bytes() -> None:
    one, other = _row(1, person="a"), _row(1, person="b")
    assert total_of([one, other, _row(2)]) == total_of([other, one, _row(2)])


def test_rows_in_another_order_are_no_day() -> None:
    with pytest.raises(RowsUnordered, match="stands after"):
        total_of([_row(2), _row(1)])


def test_the_chain_is_a_digest_of_what_it_names() -> None:
    total = DayTotal(3, -2, bytes(range(32)))
    said = (
        bytes(32)
        + b"carbon2026-07-01"
        + bytes.fromhex("0000000000000003")
        + bytes.fromhex("ff" * 15 + "fe")
        + bytes(range(32))
    )
    assert chain_of(FIRST_PREVIOUS, "carbon", DAY, total) == hashlib.sha256(said).digest()


def test_a_line_keeps_characters_as_they_are() -> None:
    assert line_of(["x", None, '碳"']) == '["x",null,"碳\\""]'.encode()


def test_moments_have_six_digits() -> None:
    assert moment_text(datetime(2026, 7, 1, tzinfo=UTC)) == "2026-07-01T00:00:00.000000Z"
    assert moment_text(datetime(2026, 7, 1, 0, 0, 0, 7, tzinfo=UTC)).endswith("00.000007Z")


def _days(count: int, *, of_the_first: int = 0) -> list[AnchorDocument]:
    """Days in a row, the first so many of them in the first format."""
    made: list[AnchorDocument] = []
    for number in range(count):
        begin = datetime(2026, 7, 1, tzinfo=UTC) + timedelta(days=number)
        made.append(
            anchor_document(
                begin.date(),
                "UTC",
                starts_at=begin,
                ends_at=begin + timedelta(days=1),
                totals={book: total_of([_row(number)]) for book in BOOKS},
                before=made[-1] if made else None,
                form=FIRST_FORMAT if number < of_the_first else FORMAT,
            )
        )
    return made


def test_a_chain_of_days_holds_and_may_begin_anywhere() -> None:
    assert list(chain_faults(_days(4))) == []
    assert list(chain_faults(_days(4)[2:])) == []


def test_days_of_an_old_format_are_followed_by_days_of_a_new_one() -> None:
    days = _days(4, of_the_first=2)
    assert list(chain_faults(days)) == []
    assert [len(day["books"]) for day in days] == [5, 5, 6, 6]
    assert [*BOOKS_OF] == [FIRST_FORMAT, SECOND_FORMAT, FORMAT]
    log = [book for day in days for book in day["books"] if book["book"] == "log"]
    assert log[0]["previous"] == FIRST_PREVIOUS.hex()
    assert log[1]["previous"] == log[0]["chain"]


def test_no_day_goes_back_to_an_old_format_or_to_one_that_nobody_knows() -> None:
    days = _days(3)
    days[1:] = _days(3, of_the_first=3)[1:]
    assert (
        next(chain_faults(days))
        == f"2026-07-02: of an older format than the day before, {FIRST_FORMAT}"
    )
    days = _days(2)
    days[1]["format"] = "tanpuhui.anchors/9"
    assert list(chain_faults(days)) == ["2026-07-02: of an unknown format, tanpuhui.anchors/9"]


def test_a_missing_day_is_named() -> None:
    first, _, third = _days(3)
    assert next(chain_faults([first, third])) == "2026-07-03: does not follow 2026-07-01"


@pytest.mark.parametrize("member", ["count", "sum", "root", "previous", "chain"])
def test_every_figure_of_a_book_is_bound(member: str) -> None:
    days = _days(3)
    money = next(each for each in days[1]["books"] if each["book"] == "money")
    money[member] = "7" if member in ("count", "sum") else "00" * 31 + "01"  # type: ignore[literal-required]
    assert any(fault.startswith("2026-07-02 money") for fault in chain_faults(days))


def test_a_book_that_vanishes_is_named() -> None:
    days = _days(2)
    days[1]["books"] = [each for each in days[1]["books"] if each["book"] != "points"]
    said = "has the books reductions, carbon, money, registry, log, not those of its format"
    assert list(chain_faults(days)) == [f"2026-07-02: {said}"]


def test_a_document_that_is_not_complete_is_named_and_nothing_raised() -> None:
    days = _days(1)
    del days[0]["books"][0]["count"]  # type: ignore[misc]
    (fault,) = chain_faults(days)
    assert fault.startswith("2026-07-01: the document is not complete")


def test_what_differs_is_said_by_count_by_sum_and_by_content() -> None:
    book = _days(1)[0]["books"][0]
    assert difference("2026-07-01", book, total_of([_row(0)])) is None
    assert "2 rows of 1" in str(difference("2026-07-01", book, total_of([_row(0), _row(1)])))
    assert "a sum of 5" in str(difference("2026-07-01", book, total_of([_row(0, 5)])))
    other = total_of([_row(0, kind="x")])
    assert "another content" in str(difference("2026-07-01", book, other))
