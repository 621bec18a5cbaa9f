"""What a book says: its trial balance at a moment, and the history of one account up to it.

A balance is read on the account's normal side (see ``chart``): so every account of people's points,
tonnes and money is above zero in good order, and the debits and credits of a book are equal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import UnknownId
from rewards.ledger import carbon, money, points
from rewards.ledger.chart import Chart, Side

CHARTS: Final[Mapping[str, Chart]] = {
    chart.book: chart for chart in (points.CHART, carbon.CHART, money.CHART)
}


class UnknownAccount(UnknownId):
    """The book has no account of this name."""

    cases = ("ledger_account",)


class Turnover(NamedTuple):
    """What was posted to one account, or to all of one type: both sides, in the book's unit."""

    account: str
    debits: int
    credits: int


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """One book at one moment: a line for each account of its chart that was ever touched.

    Accounts of which there is one for each thing (``merchant:``) stand together in one line.
    """

    book: str
    at: datetime
    lines: tuple[Turnover, ...]

    @property
    def chart(self) -> Chart:
        return CHARTS[self.book]

    @property
    def difference(self) -> int:
        """Debits less credits of the whole book: zero, or the book is broken."""
        return sum(line.debits - line.credits for line in self.lines)

    def balance(self, line: Turnover) -> int:
        """What the account holds, on its normal side."""
        (account,) = (each for each in self.chart.accounts if each.name == line.account)
        return _on_side(account.normal, line)


class AccountEntry(NamedTuple):
    """One posting as one account sees it; ``change`` is on the account's normal side."""

    posting_id: UUID
    posted_at: datetime
    kind: str
    debit_account: str
    credit_account: str
    change: int
    reference_id: UUID | None


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """One account at one moment: what it holds, and a page of what made it so, newest first."""

    book: str
    account: str
    at: datetime
    balance: int
    entries: tuple[AccountEntry, ...]


def known_account(book: str, account: str) -> Chart:
    """The chart of the book, which must have such an account; raises UnknownAccount."""
    chart = CHARTS[book]
    if chart.find(account) is None:
        names = [each.name for each in chart.accounts]
        raise UnknownAccount("ledger_account", book=book, account=account, accounts=names)
    return chart


def balance_of(chart: Chart, turnover: Turnover) -> int:
    """What one account holds, on its normal side."""
    return _on_side(chart.type_of(turnover.account).normal, turnover)


def _on_side(normal: Side, turnover: Turnover) -> int:
    balance = turnover.debits - turnover.credits
    return balance if normal is Side.DEBIT else -balance
