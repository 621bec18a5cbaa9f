"""Undoing: a hold that ends, and a sale that is taken back; the points return to their lots.

Lots keep their dates: points whose lot has expired meanwhile stay expired, as if they had never
been spent (a window is short, and a refund never makes points live longer), unless the offer was
published with another rule: then what is taken back of a sale comes in a new lot, good for as many
days as the rule says. A hold that comes to nothing bought nothing, and returns to its lots always.
An old debt is paid from what returns before the person has it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from behaviours.civil_time import civil_day
from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.debt import pay_debt
from rewards.points.lot_window import GoodFor, lot_window
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
    """The lots that paid a redemption, in their order, and what reversals returned already.

    ``expiries`` tells of each lot when it expires.
    """

    spent: Sequence[LotUse]
    returned: Sequence[LotUse] = ()
    expiries: Mapping[UUID, datetime] = field(default_factory=dict)

    def has_expired(self, use: LotUse, now: datetime) -> bool:
        """Whether what is returned to a lot would be lost at once."""
        return self.expiries[use.lot_id] <= now


class NewLot(NamedTuple):
    """The lot of points that are refunded after theirs expired: its id, and from when until when
    it is good."""

    lot_id: UUID
    available_at: datetime
    expires_at: datetime


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
    """A sale of which something is taken back, under ``reversal_id``, and what returns.

    ``late_points`` of it go into ``new_lot``, as theirs had expired.
    """

    reversal_id: UUID
    reversal: RedemptionReversal
    postings: tuple[PointsPosting, ...]
    new_lot: NewLot | None = None
    late_points: int = 0


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


def window_of_late_refund(
    sale: Redemption, payment: Payment, *, zone: tzinfo, now: datetime
) -> tuple[datetime, datetime] | None:
    """From when until when points of expired lots are good again, by the offer's rule; None: they
    are not, or no lot that paid has expired. Good through the last of the stated civil days."""
    if sale.refund_valid_days is None:
        return None
    if not any(payment.has_expired(use, now) for use in payment.spent):
        return None
    good_for = GoodFor(days=sale.refund_valid_days)
    return now, lot_window(civil_day(now, zone), zone, 0, good_for)[1]


def decide_reversal(
    sale: Redemption,
    quantity: int | None,
    payment: Payment,
    *,
    debt: int,
    transfer_ids: tuple[UUID, UUID],
    now: datetime,
    why: WhyTakenBack = BY_TILL,
    new_lot: NewLot | None = None,
) -> ReversedSale | None:
    """Take back ``quantity`` items of a sale, or all that are left; None when there is nothing new.

    What returns to lots that expired goes into ``new_lot`` where the offer's rule says so.
    Raises ReversalWindowOver, NothingToReverse.
    """
    reversal = reverse(sale, quantity, now, why)
    if reversal is None:
        return None
    uses, late_points = return_to(payment.spent, payment.returned, reversal.points), 0
    if new_lot is not None:
        late_points = sum(use.points for use in uses if payment.has_expired(use, now))
        uses = [use for use in uses if not payment.has_expired(use, now)]
    if new_lot is not None and late_points:
        uses.append(LotUse(new_lot.lot_id, late_points))
    whose = PersonsPoints(sale.participant_id, sale.redemption_id)
    reversal_id, paying_id = transfer_ids
    refund = whose.refund(reversal_id, sale.merchant_id, uses)
    postings = (refund, *pay_debt(whose, paying_id, uses, debt))
    return ReversedSale(reversal_id, reversal, postings, new_lot, late_points)
