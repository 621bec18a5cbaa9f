"""A posting: one transfer of points and the lots that it touches, checked when it is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from rewards.ledger.accounts import (
    DEBT,
    OWE,
    PARTICIPANT,
    REFUND,
    SIDES,
    SPEND,
    refund_sides,
    spend_sides,
)


@dataclass(frozen=True, slots=True)
class LotUse:
    """A change of one lot by one transfer: negative taken from it, positive put into it."""

    lot_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class Posting:
    """One transfer on one person's shelf, ready to be written."""

    participant_id: UUID
    transfer_id: UUID
    kind: str
    debit_account: str
    credit_account: str
    points: int
    reference_id: UUID
    uses: Sequence[LotUse] = ()

    def __post_init__(self) -> None:
        assert self.points > 0, self
        assert self.debit_account != self.credit_account, self
        assert sum(use.points for use in self.uses) == self.change_of(PARTICIPANT), self

    def change_of(self, account: str) -> int:
        """By how much the person's ``account`` rises; see ``change_of``."""
        return change_of(account, self.debit_account, self.credit_account, self.points)


def change_of(account: str, debit_account: str, credit_account: str, points: int) -> int:
    """By how much a transfer raises an account; debt counts what is owed, so owing raises it."""
    change = points * ((debit_account == account) - (credit_account == account))
    return -change if account == DEBT else change


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whose shelf is posted to, and what for: every posting of one event shares these two."""

    participant_id: UUID
    reference_id: UUID

    def move(self, kind: str, transfer_id: UUID, uses: Sequence[LotUse]) -> Posting:
        """Hold, release, clawback, recover, expire: as many points as the lots give or take."""
        return self._posting(kind, SIDES[kind], transfer_id, abs(_total(uses)), uses)

    def owe(self, transfer_id: UUID, points: int) -> Posting:
        """What a clawback could not find in any lot."""
        return self._posting(OWE, SIDES[OWE], transfer_id, points, ())

    def spend(self, transfer_id: UUID, merchant_id: UUID, uses: Sequence[LotUse]) -> Posting:
        """From the person's lots to a merchant."""
        sides = spend_sides(merchant_id, from_held=False)
        return self._posting(SPEND, sides, transfer_id, -_total(uses), uses)

    def spend_held(self, transfer_id: UUID, merchant_id: UUID, points: int) -> Posting:
        """From what was held to a merchant; the lots paid when it was held."""
        sides = spend_sides(merchant_id, from_held=True)
        return self._posting(SPEND, sides, transfer_id, points, ())

    def refund(self, transfer_id: UUID, merchant_id: UUID, uses: Sequence[LotUse]) -> Posting:
        """From a merchant back to the lots that paid."""
        return self._posting(REFUND, refund_sides(merchant_id), transfer_id, _total(uses), uses)

    def _posting(
        self,
        kind: str,
        sides: tuple[str, str],
        transfer_id: UUID,
        points: int,
        uses: Sequence[LotUse],
    ) -> Posting:
        return Posting(
            self.participant_id,
            transfer_id,
            kind,
            sides[0],
            sides[1],
            points,
            self.reference_id,
            tuple(uses),
        )


def _total(uses: Sequence[LotUse]) -> int:
    return sum(use.points for use in uses)
