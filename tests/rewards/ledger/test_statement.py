"""Statements: what a book says of its accounts, and that a broken book is seen."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger import carbon, money, points
from rewards.ledger.chart import AccountType, Chart, Side
from rewards.ledger.statement import (
    CHARTS,
    TrialBalance,
    Turnover,
    UnknownAccount,
    balance_of,
    known_account,
)

NOW = datetime(2026, 7, 1, tzinfo=UTC)
KEY = UUID(int=7).hex
AMOUNT = st.integers(0, 10**15)
EVERY_TYPE = [(book, each) for book, chart in CHARTS.items() for each in chart.accounts]
EVERY_PAIR = [
    (chart, pair) for chart in CHARTS.values() for pairs in chart.kinds.values() for pair in pairs
]


def test_every_book_is_found_by_its_name() -> None:
    assert CHARTS == {"points": points.CHART, "carbon": carbon.CHART, "money": money.CHART}


@given(st.sampled_from(EVERY_TYPE), AMOUNT, AMOUNT)
def test_an_account_holds_what_its_normal_side_has_more_of(
    case: tuple[str, AccountType], debits: int, credits_: int
) -> None:
    book, account = case
    line = Turnover(account.name, debits, credits_)
    held = TrialBalance(book, NOW, (line,)).balance(line)
    rises, falls = (debits, credits_) if account.normal is Side.DEBIT else (credits_, debits)
    assert held + falls == rises


@given(st.sampled_from(EVERY_TYPE), AMOUNT, AMOUNT)
def test_one_account_is_read_on_the_side_of_its_type(
    case: tuple[str, AccountType], debits: int, credits_: int
) -> None:
    book, account = case
    name = f"{account.name}{KEY}" if account.is_keyed else account.name
    of_type = Turnover(account.name, debits, credits_)
    whole = TrialBalance(book, NOW, (of_type,)).balance(of_type)
    assert balance_of(CHARTS[book], Turnover(name, debits, credits_)) == whole


def test_a_line_that_is_no_account_of_the_book_has_no_balance() -> None:
    stranger = Turnover("bank", 1, 0)
    with pytest.raises(ValueError, match="unpack"):
        TrialBalance("points", NOW, (stranger,)).balance(stranger)


@st.composite
def posted(draw: st.DrawFn) -> tuple[Chart, list[tuple[str, str, int]]]:
    """Random postings of one book, by the types of the accounts that they touch."""
    chart = draw(st.sampled_from(list(CHARTS.values())))
    pairs = st.sampled_from([pair for pairs in chart.kinds.values() for pair in pairs])
    drawn = draw(st.lists(st.tuples(pairs, st.integers(1, 10**12)), max_size=12))
    return chart, [(debit, credit, amount) for (debit, credit), amount in drawn]


def turnovers(postings: list[tuple[str, str, int]]) -> tuple[Turnover, ...]:
    debits, credits_ = Counter[str](), Counter[str]()
    for debit, credit, amount in postings:
        debits[debit] += amount
        credits_[credit] += amount
    return tuple(
        Turnover(name, debits[name], credits_[name]) for name in sorted({*debits, *credits_})
    )


@given(posted())
def test_whatever_is_posted_the_book_is_in_balance(
    made: tuple[Chart, list[tuple[str, str, int]]],
) -> None:
    chart, postings = made
    trial = TrialBalance(chart.book, NOW, turnovers(postings))
    assert trial.chart is chart
    assert trial.difference == 0


@given(posted())
def test_an_account_holds_the_sum_of_what_each_posting_changed(
    made: tuple[Chart, list[tuple[str, str, int]]],
) -> None:
    chart, postings = made
    trial = TrialBalance(chart.book, NOW, turnovers(postings))
    keyed_by = {
        each.name: f"{each.name}{KEY}" if each.is_keyed else each.name for each in chart.accounts
    }
    for line in trial.lines:
        changes = [
            chart.change_of(keyed_by[line.account], keyed_by[debit], keyed_by[credit], amount)
            for debit, credit, amount in postings
        ]
        assert trial.balance(line) == sum(changes)


@given(posted(), st.integers(-(10**9), 10**9).filter(bool))
def test_one_side_that_was_written_without_the_other_is_seen(
    made: tuple[Chart, list[tuple[str, str, int]]], amount: int
) -> None:
    chart, postings = made
    torn = Turnover(chart.accounts[0].name, amount, 0)
    assert TrialBalance(chart.book, NOW, (*turnovers(postings), torn)).difference == amount


@pytest.mark.parametrize(("book", "account"), [(book, each.name) for book, each in EVERY_TYPE])
def test_an_account_is_known_in_its_own_book(book: str, account: str) -> None:
    asked = f"{account}{KEY}" if account.endswith(":") else account
    assert known_account(book, asked) is CHARTS[book]


@pytest.mark.parametrize(
    ("book", "account"),
    [
        ("points", "bank"),
        ("money", "participant"),
        ("carbon", "escrow:1"),
        ("carbon", "bundle:"),
        ("carbon", "Reserve"),
        ("carbon", "reserve "),
        ("points", ""),
    ],
)
def test_an_account_of_no_or_another_book_is_refused_with_those_there_are(
    book: str, account: str
) -> None:
    with pytest.raises(UnknownAccount) as refused:
        known_account(book, account)
    assert refused.value.key == "NOT_FOUND.ledger_account"
    assert refused.value.facts == {
        "book": book,
        "account": account,
        "accounts": [each.name for each in CHARTS[book].accounts],
    }


@given(st.sampled_from(EVERY_PAIR), st.integers(1, 10**12))
def test_an_account_that_a_posting_does_not_touch_stays_as_it_is(
    case: tuple[Chart, tuple[str, str]], amount: int
) -> None:
    chart, sides = case
    debit, credit = (f"{side}{KEY}" if side.endswith(":") else side for side in sides)
    other = UUID(int=8).hex
    for each in chart.accounts:
        account = f"{each.name}{other}" if each.is_keyed else each.name
        if account not in (debit, credit):
            assert chart.change_of(account, debit, credit, amount) == 0
