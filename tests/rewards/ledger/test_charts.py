"""Three charts: every kind of posting balances, touches its own accounts and no others."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.ledger import carbon, money, points
from rewards.ledger.chart import AccountType, Chart, Side
from rewards.ledger.posting import Posting

CHARTS = (points.CHART, carbon.CHART, money.CHART)
SOMETHING = UUID(int=7)
EVERY_KIND = [
    (chart, kind, sides) for chart in CHARTS for kind in chart.kinds for sides in chart.kinds[kind]
]


def named(chart: Chart, account: str) -> str:
    """An account of this name, or one account of this type."""
    return f"{account}{SOMETHING.hex}" if chart_type(chart, account).is_keyed else account


def chart_type(chart: Chart, name: str) -> AccountType:
    return next(each for each in chart.accounts if each.name == name)


def test_the_books_are_told_apart_and_each_says_its_unit() -> None:
    assert {chart.book: chart.unit for chart in CHARTS} == {
        "points": "points",
        "carbon": "mg CO2e",
        "money": "fen",
    }


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.book)
def test_every_account_is_named_once_described_and_used(chart: Chart) -> None:
    names = [each.name for each in chart.accounts]
    assert len(names) == len(set(names))
    assert all(each.holds for each in chart.accounts)
    touched = {name for sides in chart.kinds.values() for pair in sides for name in pair}
    assert touched == set(names)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.book)
def test_no_account_is_of_two_types(chart: Chart) -> None:
    for each in chart.accounts:
        account = named(chart, each.name)
        assert chart.find(account) is each


@given(st.sampled_from(EVERY_KIND), st.integers(1, 10**15))
def test_every_kind_takes_from_one_side_what_it_gives_to_the_other(
    case: tuple[Chart, str, tuple[str, str]], amount: int
) -> None:
    chart, kind, sides = case
    debit, credit = (named(chart, side) for side in sides)
    posting = chart.posting(kind, debit, credit, amount, SOMETHING)
    assert (posting.book, posting.amount) == (chart.book, amount)
    signed = {
        account: chart.change_of(account, debit, credit, amount)
        * (1 if chart.type_of(account).normal is Side.DEBIT else -1)
        for account in (debit, credit)
    }
    assert signed == {debit: amount, credit: -amount}


@given(st.sampled_from(EVERY_KIND), st.data())
def test_a_kind_may_touch_no_other_accounts(
    case: tuple[Chart, str, tuple[str, str]], data: st.DataObject
) -> None:
    chart, kind, _ = case
    accounts = st.sampled_from([named(chart, each.name) for each in chart.accounts])
    debit, credit = data.draw(accounts), data.draw(accounts)
    pair = (chart.type_of(debit).name, chart.type_of(credit).name)
    if pair in chart.kinds[kind] and debit != credit:
        chart.posting(kind, debit, credit, 1, SOMETHING)
    else:
        with pytest.raises(AssertionError):
            chart.posting(kind, debit, credit, 1, SOMETHING)


@pytest.mark.parametrize("chart", CHARTS, ids=lambda chart: chart.book)
def test_an_account_outside_the_chart_is_a_fault(chart: Chart) -> None:
    for stranger in ("petty cash", "", "bundle:", "merchant:", "escrow:"):
        assert chart.find(stranger) is None
        with pytest.raises(AssertionError):
            chart.type_of(stranger)


@pytest.mark.parametrize("chart", [carbon.CHART, money.CHART], ids=lambda chart: chart.book)
def test_where_the_kind_is_not_written_down_the_two_accounts_tell_it(chart: Chart) -> None:
    for kind, choices in chart.kinds.items():
        for debit, credit in choices:
            assert chart.kind_of(named(chart, debit), named(chart, credit)) == kind


@pytest.mark.parametrize("amount", [0, -1])
def test_a_posting_moves_something(amount: int) -> None:
    with pytest.raises(AssertionError):
        Posting("money", money.PAY, "escrow:1", money.BANK, amount, SOMETHING)


def test_a_posting_has_two_sides() -> None:
    with pytest.raises(AssertionError):
        Posting("money", money.PAY, money.BANK, money.BANK, 1, SOMETHING)
