"""A merchant's statement: what its days up to a cut-off come to, and whether that was paid.

A statement is drawn when nothing can change its days any more and is never changed afterwards: what
is reversed later is a line of the next one. Where more was reversed than sold, the rest is brought
into the next statement; nobody pays anything back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.viewer import Viewer
from rewards.redemption.bill import Settlement

STATEMENT_OF_MERCHANT: Final = "merchant_statement"
# With nothing due there is nothing to be paid.
DUE, PAID, NOTHING_DUE = "due", "paid", "nothing_due"
STATES: Final = (DUE, PAID, NOTHING_DUE)
PAY: Final = "pay"
STEPS: Final = {PAY: (DUE, PAID)}


class UnknownMerchantStatement(UnknownId):
    """There is no such statement, or it is another merchant's."""

    cases = ("merchant_statement",)


class MerchantStatementStateConflict(Conflict):
    """The statement is in a state in which this step is not taken."""


class PayoutDayWrong(Invalid):
    """``early``: before the statement was drawn; ``late``: not yet come."""

    cases = ("early", "late")


class PayoutReferenceTaken(Conflict):
    """The payment was stated for another statement."""


class Payout(NamedTuple):
    """A payment to a merchant as the bank names it, its civil day, and who stated it when."""

    reference: str
    paid_on: date
    stated_by: UUID
    stated_at: datetime


class SpanOfMerchant(NamedTuple):
    """Days of one merchant: from the first instant to before the last, both as instants."""

    merchant_id: UUID
    number: int
    brought_fen: int
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class MerchantStatement:
    """A statement as it stands. ``number`` counts each merchant's from one, ``settlement`` is dated
    on the last day; ``brought_fen`` is what the one before left, never above nothing."""

    statement_id: UUID
    merchant_id: UUID
    number: int
    first_day: date
    settlement: Settlement
    brought_fen: int
    starts_at: datetime
    ends_at: datetime
    drawn_at: datetime
    payout: Payout | None = None

    @classmethod
    def drawn(
        cls, statement_id: UUID, span: SpanOfMerchant, settlement: Settlement, now: datetime
    ) -> MerchantStatement:
        """The statement of a span whose days come to ``settlement``."""
        return cls(
            statement_id,
            span.merchant_id,
            span.number,
            span.first_day,
            settlement,
            span.brought_fen,
            span.starts_at,
            span.ends_at,
            now,
        )

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.payout is not None:
            return PAID
        return DUE if self.due_fen else NOTHING_DUE

    @property
    def balance_fen(self) -> int:
        """What was brought and what its days come to, together."""
        return self.brought_fen + self.settlement.net_fen

    @property
    def due_fen(self) -> int:
        """What the programme pays by it."""
        return max(0, self.balance_fen)

    @property
    def carried_fen(self) -> int:
        """What is brought into the next one, never above nothing."""
        return min(0, self.balance_fen)

    def move(self, step: str, payout: Payout, *, drawn_on: date, today: date) -> MerchantStatement:
        """The statement after the step, for which two civil days are told: that on which it was
        drawn, and today. Raises MerchantStatementStateConflict and PayoutDayWrong."""
        begins, _ = STEPS[step]
        if self.state != begins:
            raise MerchantStatementStateConflict(state=self.state, step=step)
        if payout.paid_on < drawn_on:
            raise PayoutDayWrong("early", pointer="/paid_on", drawn_on=drawn_on.isoformat())
        if payout.paid_on > today:
            raise PayoutDayWrong("late", pointer="/paid_on", today=today.isoformat())
        return replace(self, payout=payout)

    def is_for(self, viewer: Viewer) -> bool:
        """Whether who asks may read it."""
        return reads_bills_of(viewer, self.merchant_id)


def reads_bills_of(viewer: Viewer, merchant_id: UUID) -> bool:
    """Whether who asks may read what a merchant is owed: itself, and who answers for the whole
    programme, which pays it; not who answers for one city."""
    if viewer.sees_all:
        return viewer.area is None
    return viewer.tenant_id == merchant_id
