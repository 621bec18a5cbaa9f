"""A chart of accounts: which accounts a book has, and which kinds of posting touch which two.

An account is named by a word (``reserve``), or is one of many of a type whose name ends in a colon
(``bundle:`` and the bundle's id in hex). Whatever a book's postings are, the sum of all debits is
the sum of all credits; the *normal side* of an account only says which of the two makes it rise as
people read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from uuid import UUID

from rewards.ledger.posting import Posting

# (debited account, credited account), by name or by the name of a type.
Sides = tuple[str, str]


class Side(Enum):
    """The side that makes an account rise."""

    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class AccountType:
    """One account, or one for each thing when ``name`` ends in a colon."""

    name: str
    normal: Side
    holds: str

    @property
    def is_keyed(self) -> bool:
        return self.name.endswith(":")


@dataclass(frozen=True, slots=True)
class Chart:
    """One book: its unit, its accounts, and for each kind of posting the sides it may touch."""

    book: str
    unit: str
    accounts: tuple[AccountType, ...]
    kinds: Mapping[str, tuple[Sides, ...]]
    # Every posting looks its accounts up, and a sweep makes a million postings.
    _by_name: dict[str, AccountType] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {each.name: each for each in self.accounts}
        assert len(by_name) == len(self.accounts), "two accounts have one name"
        assert all(":" not in name[:-1] for name in by_name), "a colon ends the name of a type"
        object.__setattr__(self, "_by_name", by_name)

    def type_of(self, account: str) -> AccountType:
        """What this account is; a name outside the chart is a broken invariant."""
        found = self.find(account)
        assert found is not None, f"the {self.book} book has no account {account}"
        return found

    def find(self, account: str) -> AccountType | None:
        """What this account is, or None when the book has no such account."""
        head, colon, key = account.partition(":")
        found = self._by_name.get(head + colon)
        return found if found is not None and found.is_keyed == bool(key) else None

    def posting(
        self, kind: str, debit_account: str, credit_account: str, amount: int, reference_id: UUID
    ) -> Posting:
        """A posting of this book; sides that do not belong to its kind are a broken invariant."""
        assert self.allows(kind, debit_account, credit_account), (
            kind,
            debit_account,
            credit_account,
        )
        return Posting(self.book, kind, debit_account, credit_account, amount, reference_id)

    def allows(self, kind: str, debit_account: str, credit_account: str) -> bool:
        """Whether a posting of ``kind`` may touch these two accounts."""
        touched = (self.type_of(debit_account).name, self.type_of(credit_account).name)
        return touched in self.kinds[kind]

    def kind_of(self, debit_account: str, credit_account: str) -> str:
        """The one kind that touches these two accounts, for books that do not write it down."""
        (kind,) = (kind for kind in self.kinds if self.allows(kind, debit_account, credit_account))
        return kind

    def change_of(self, account: str, debit_account: str, credit_account: str, amount: int) -> int:
        """By how much a posting raises ``account``, read on its normal side."""
        change = amount * ((debit_account == account) - (credit_account == account))
        return change if self.type_of(account).normal is Side.DEBIT else -change


def keyed(prefix: str, key: UUID) -> str:
    """The account of one thing: ``keyed("bundle:", bundle_id)``."""
    return f"{prefix}{key.hex}"
