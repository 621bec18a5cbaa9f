"""The carbon book over whole lives of bundles: what the pool gave is always somewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger import carbon
from rewards.ledger.carbon import (
    CHART,
    POOL,
    RESERVE,
    UNITS,
    WITHDRAWN,
    BundleBook,
    CarbonPosting,
    bundle_account,
    carry_account,
)
from rewards.registry.issuing import TONNE_MG, issue
from rewards.registry.unit_classes import UNIT_CLASSES

CLASSES = sorted(UNIT_CLASSES)
FAMILIES = ("cycling", "metro", "mixed")


class Life(NamedTuple):
    """One bundle: its class, what each methodology gave, what was deducted, how it ends."""

    unit_class: str
    by_family: dict[str, int]
    deducted_mg: int
    per_mille: int
    cancelled: bool


LIVES = st.lists(
    st.builds(
        Life,
        st.sampled_from(CLASSES),
        st.dictionaries(st.sampled_from(FAMILIES), st.integers(0, 5 * 10**9)),
        st.integers(0, 10**9),
        st.integers(0, 1000),
        st.booleans(),
    ),
    max_size=8,
)


def held(postings: Iterable[CarbonPosting]) -> Counter[str]:
    """Every account on its normal side."""
    found: Counter[str] = Counter()
    for made in postings:
        one = made.posting
        for account in (one.debit_account, one.credit_account):
            found[account] += CHART.change_of(
                account, one.debit_account, one.credit_account, one.amount
            )
    return found


def live(lives: list[Life]) -> tuple[list[CarbonPosting], Counter[str]]:
    """The postings of bundles one after another, and what waits in each class at the end."""
    postings: list[CarbonPosting] = []
    waiting: Counter[str] = Counter()
    for number, life in enumerate(lives, 1):
        book = BundleBook(UUID(int=number), life.unit_class, FAMILIES[number % 3], 2026)
        carried_in = waiting[life.unit_class]
        postings += book.carry_in(carried_in)
        if life.cancelled:
            postings += book.carry_back(carried_in)
            continue
        postings += book.seal(life.by_family)
        made = issue(
            total_mg=sum(life.by_family.values()),
            carried_in_mg=carried_in,
            deducted_mg=life.deducted_mg,
            reserve_per_mille=life.per_mille,
        )
        postings += book.issue(
            deducted_mg=made.deducted_mg,
            reserve_mg=made.reserve_mg,
            units_mg=made.issued_t * TONNE_MG,
            carried_out_mg=made.carried_out_mg,
        )
        waiting[life.unit_class] = made.carried_out_mg
    return postings, waiting


@given(LIVES)
def test_what_left_the_pool_is_in_units_reserve_remainders_or_withdrawn(lives: list[Life]) -> None:
    postings, waiting = live(lives)
    found = held(postings)
    sealed = sum(sum(life.by_family.values()) for life in lives if not life.cancelled)
    assert found[POOL] == sealed
    assert sealed == found[UNITS] + found[RESERVE] + found[WITHDRAWN] + sum(waiting.values())


@given(LIVES)
def test_every_bundle_is_empty_after_its_end_and_no_account_is_below_nothing(
    lives: list[Life],
) -> None:
    postings, waiting = live(lives)
    found = held(postings)
    assert not any(found[bundle_account(UUID(int=at + 1))] for at in range(len(lives)))
    assert min(found.values(), default=0) >= 0
    assert {each: found[carry_account(each)] for each in CLASSES} == {
        each: waiting[each] for each in CLASSES
    }


@given(LIVES)
def test_units_are_whole_tonnes_and_a_remainder_is_less_than_one(lives: list[Life]) -> None:
    postings, _ = live(lives)
    found = held(postings)
    assert found[UNITS] % TONNE_MG == 0
    assert all(found[carry_account(each)] < TONNE_MG for each in CLASSES)


@given(LIVES)
def test_at_no_moment_is_an_account_overdrawn(lives: list[Life]) -> None:
    postings, _ = live(lives)
    running: Counter[str] = Counter()
    for each in postings:
        running.update(held([each]))
        assert running[each.posting.credit_account] >= 0
        assert running[each.posting.debit_account] > 0


@pytest.mark.parametrize(
    ("account", "rises"),
    [(POOL, False), ("bundle:1", True), (UNITS, True), (RESERVE, True), (WITHDRAWN, True)],
)
def test_only_the_pool_rises_by_its_credits(account: str, *, rises: bool) -> None:
    other = "bundle:2"
    assert CHART.change_of(account, account, other, 5) == (5 if rises else -5)
    assert CHART.change_of(account, other, account, 5) == (-5 if rises else 5)


@pytest.mark.parametrize(
    ("part", "kind", "account"),
    [
        ("deducted_mg", carbon.WITHDRAW, WITHDRAWN),
        ("reserve_mg", carbon.KEEP, RESERVE),
        ("units_mg", carbon.ISSUE, UNITS),
        ("carried_out_mg", carbon.CARRY_OUT, "carry:compliance"),
    ],
)
def test_each_part_of_an_issue_is_one_posting_out_of_the_bundle(
    part: str, kind: str, account: str
) -> None:
    book = BundleBook(UUID(int=9), "compliance", "metro", 2025)
    nothing = dict.fromkeys(("deducted_mg", "reserve_mg", "units_mg", "carried_out_mg"), 0)
    (made,) = book.issue(**(nothing | {part: 12}))
    assert (made.family, made.vintage) == ("metro", 2025)
    assert made.posting == CHART.posting(
        kind, account, bundle_account(UUID(int=9)), 12, book.bundle_id
    )


@pytest.mark.parametrize("amount", [-1, -TONNE_MG])
def test_nothing_is_taken_backwards(amount: int) -> None:
    book = BundleBook(UUID(int=9), "compliance", "metro", 2025)
    for post in (book.carry_in, book.carry_back, lambda mg: book.seal({"metro": mg})):
        with pytest.raises(AssertionError):
            post(amount)
