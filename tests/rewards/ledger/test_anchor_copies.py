"""Two copies of the published days: what was made anew since is seen, what was added is not."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rewards.ledger.anchor import (
    BOOKS,
    AnchorDocument,
    anchor_document,
    chain_faults,
    total_of,
)
from rewards.ledger.anchor_copies import copy_differences

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)


def days(amounts: list[int]) -> list[AnchorDocument]:
    """A day for each amount, of which every book has one row."""
    made: list[AnchorDocument] = []
    for number, amount in enumerate(amounts):
        begin = BEGIN + timedelta(days=number)
        row = ["kind", f"{number:08}", "2026-07-01T00:00:00.000000Z", str(amount)]
        made.append(
            anchor_document(
                begin.date(),
                "UTC",
                starts_at=begin,
                ends_at=begin + timedelta(days=1),
                totals={book: total_of([row]) for book in BOOKS},
                before=made[-1] if made else None,
            )
        )
    return made


EARLIER = days([1, 2, 3])


def found(later: list[AnchorDocument], earlier: list[AnchorDocument] = EARLIER) -> list[str]:
    return list(copy_differences(earlier, later))


def changed(change: Callable[[list[AnchorDocument]], object]) -> list[AnchorDocument]:
    later = copy.deepcopy(EARLIER)
    change(later)
    return later


def test_days_that_were_closed_since_are_no_difference() -> None:
    assert found(EARLIER) == found(days([1, 2, 3, 4, 5])) == []
    assert found([], []) == found(EARLIER, []) == []


def test_a_day_that_is_not_published_any_more_is_named() -> None:
    for at in range(3):
        later = EARLIER[:at] + EARLIER[at + 1 :]
        assert found(later) == [f"2026-07-0{at + 1}: was published, and is not any more"]
    assert len(found([])) == 3


@pytest.mark.parametrize("book", BOOKS)
def test_a_book_that_vanished_from_its_day_is_named(book: str) -> None:
    def change(each: list[AnchorDocument]) -> None:
        each[1]["books"] = [one for one in each[1]["books"] if one["book"] != book]

    later = changed(change)
    assert found(later) == [f"2026-07-02 {book}: was published, and is not any more"]


def test_a_chain_made_anew_from_a_changed_day_on_holds_and_is_seen_from_that_day_on() -> None:
    later = days([1, 7, 3])
    # By itself the later copy is in order: it is the other copy that tells.
    assert list(chain_faults(later)) == []
    assert found(later) == [
        *(
            f"2026-07-02 {book}: published as 1 rows with a sum of 2, now as 1 with 7,"
            " under another root"
            for book in BOOKS
        ),
        *(f"2026-07-03 {book}: the same, after a day before it that was changed" for book in BOOKS),
    ]


@pytest.mark.parametrize("member", ["count", "sum", "root", "chain"])
@pytest.mark.parametrize("at", range(len(BOOKS)))
def test_each_figure_of_each_book_is_compared(member: str, at: int) -> None:
    def change(each: list[AnchorDocument]) -> None:
        each[0]["books"][at][member] = "99"  # type: ignore[literal-required]

    [told] = found(changed(change))
    assert told.startswith(f"2026-07-01 {list(BOOKS)[at]}: ")


@pytest.mark.parametrize("member", ["format", "starts_at", "ends_at"])
def test_other_limits_and_another_format_are_another_day(member: str) -> None:
    def change(each: list[AnchorDocument]) -> None:
        each[2][member] = "other"  # type: ignore[literal-required]

    assert found(changed(change)) == [
        "2026-07-03: was published with another format or other limits"
    ]


def test_the_order_of_a_copy_tells_nothing() -> None:
    assert found(EARLIER[::-1]) == []


@pytest.mark.parametrize("member", ["previous", "chain", "count", "sum", "root"])
@pytest.mark.parametrize("at", range(len(EARLIER)))
def test_within_one_copy_the_chain_binds_every_figure_of_every_day(at: int, member: str) -> None:
    def change(each: list[AnchorDocument]) -> None:
        book = each[at]["books"][0]
        other = str(int(book[member], 16) + 1)  # type: ignore[literal-required]
        book[member] = other if member in ("count", "sum") else other.zfill(64)[:64]  # type: ignore[literal-required]

    assert list(chain_faults(changed(change)))
    assert list(chain_faults(EARLIER)) == []
