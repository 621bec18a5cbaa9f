"""A posting: one amount that moves from one account of a book to another of the same book."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Posting:
    """``amount`` moves from the credited to the debited account, for the thing of that reference.

    One posting has both of its sides, so a book of postings cannot be unbalanced. The amount is in
    the unit of its book: points, milligrams of CO2e, or fen. Make postings by the constructors
    beside each chart (``points``, ``carbon``, ``money``), which know the accounts.
    """

    book: str
    kind: str
    debit_account: str
    credit_account: str
    amount: int
    reference_id: UUID

    def __post_init__(self) -> None:
        assert self.amount > 0, self
        assert self.debit_account != self.credit_account, self
