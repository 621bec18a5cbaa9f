"""Undoing: a hold that ends, and a sale that is taken back; the points return to their lots.

Lots keep their dates: points whose lot has expired meanwhile stay expired, as if they had never
been spent (a window is short, and a refund never makes points live longer). An old debt is paid
from what returns before the person has it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.debt import pay_debt
from rewards.points.lots import return_to
from rewards.points.refund import BY_TILL, WhyTakenBack
from rewards.redemption.redemption import (
    ENDED_STATES,
    LAPSE,
    RELEASE,
    Redemption,
    RedemptionReversal,
    reverse,
)


@dataclass(frozen=True, slots=True)
class Payment:
    """The lots that paid a redemption, in their order, and what reversals returned already."""

    spent: Sequence[LotUse]
    returned: Sequence[LotUse] = ()


@dataclass(frozen=True, slots=True)
class EndedHold:
    """A hold that came to nothing, and what returns."""

    redemption: Redemption
    postings: tuple[PointsPosting, ...]

    @property
    def paid_debt(self) -> int:
        """How many of the returning points pay an old debt."""
        return sum(posting.points for posting in self.postings[1:])


@dataclass(frozen=True, slots=True)
class ReversedSale:
    """A sale of which something is taken back, under ``reversal_id``, and what returns."""

    reversal_id: UUID
    reversal: RedemptionReversal
    postings: tuple[PointsPosting, ...]


def end_hold(
    held: Redemption,
    payment: Payment,
    *,
    debt: int,
    transfer_ids: tuple[UUID, UUID],
    now: datetime,
) -> EndedHold:
    """Give a hold up, or end one whose time is over: which of the two it is, its time decides.

    Raises RedemptionNotHeld.
    """
    step = LAPSE if held.has_lapsed(now) else RELEASE
    ended = replace(held.move(step), closed_at=now)
    uses = return_to(payment.spent, payment.returned, held.points)
    whose = PersonsPoints(held.participant_id, held.redemption_id)
    released = whose.release(transfer_ids[0], uses)
    return EndedHold(ended, (released, *pay_debt(whose, transfer_ids[1], uses, debt)))


def cancel(
    redemption: Redemption,
    payment: Payment,
    *,
    debt: int,
    transfer_ids: tuple[UUID, UUID],
    now: datetime,
) -> EndedHold | None:
    """Give an online redemption up; None when it has ended already.

    Raises RedemptionNotHeld (it was fetched: only the merchant can reverse it).
    """
    if redemption.state in ENDED_STATES:
        return None
    return end_hold(redemption, payment, debt=debt, transfer_ids=transfer_ids, now=now)


def decide_reversal(
    sale: Redemption,
    quantity: int | None,
    payment: Payment,
    *,
    debt: int,
    transfer_ids: tuple[UUID, UUID],
    now: datetime,
    why: WhyTakenBack = BY_TILL,
) -> ReversedSale | None:
    """Take back ``quantity`` items of a sale, or all that are left; None when there is nothing new.

    Raises ReversalWindowOver, NothingToReverse.
    """
    reversal = reverse(sale, quantity, now, why)
    if reversal is None:
        return None
    uses = return_to(payment.spent, payment.returned, reversal.points)
    whose = PersonsPoints(sale.participant_id, sale.redemption_id)
    reversal_id, paying_id = transfer_ids
    refund = whose.refund(reversal_id, sale.merchant_id, uses)
    postings = (refund, *pay_debt(whose, paying_id, uses, debt))
    return ReversedSale(reversal_id, reversal, postings)
