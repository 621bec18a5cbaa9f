"""Reverse: a captured redemption is taken back, whole or some items of it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.store.points.adjusting import lot_of_dates
from app.store.redemption.cashiers import hold_at_till
from app.store.redemption.closings import share_store
from app.store.redemption.redemptions import by_request, lock_redemption
from app.store.redemption.undoing import write_reversal
from rewards.points.refund import BY_TILL, WhyTakenBack
from rewards.redemption.cashiers import on_day_of
from rewards.redemption.closings import not_before
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption
from rewards.redemption.taken_back import refund_reference
from rewards.redemption.undoing import (
    NewLot,
    Payment,
    decide_reversal,
    window_of_late_refund,
)


def reverse_redemption(
    connection: Connection,
    merchant_id: UUID,
    out_request_no: str,
    *,
    quantity: int | None,
    out_refund_no: str,
    zone: tzinfo,
    clock: Clock,
    why: WhyTakenBack = BY_TILL,
) -> Redemption:
    """Take back ``quantity`` items, or all that are left, of one till request.

    ``out_refund_no`` is the till's own number of this refund: sent again it takes nothing more.

    The points return to the lots that paid, and of those that expired by the offer's rule; stock
    and the person's count return with them.
    Reversing all of what is already reversed answers the same again, also after the window.

    Raises UnknownRedemption, ReversalWindowOver, NothingToReverse, ReferenceReused; of a cashier
    WrongStore, CashierEnded, CashierMayNotRefund and RefundReasonMissing.
    """
    known = by_request(connection, merchant_id, out_request_no)
    if known is None:
        raise UnknownRedemption("nothing_to_reverse", pointer="/out_request_no")
    closed_until = share_store(connection, merchant_id, known.store_id or "")
    if why.cashier_id is not None:
        cashier = hold_at_till(connection, on_day_of(why.cashier_id, clock.now(), zone))
        cashier.check_takes_back(known.store_id, why)
    locked = lock_redemption(connection, known.participant_id, known.redemption_id)
    assert locked.redemption is not None, f"{known.redemption_id} is gone"
    asked = refund_reference(merchant_id, out_refund_no, out_request_no, quantity, why)
    reversal_id = new_id()
    if claim_reference(connection, asked, reversal_id) != reversal_id:
        return locked.redemption
    now = not_before(closed_until, clock.now())
    new_lot = _new_lot(connection, locked.redemption, locked.payment, zone=zone, now=now)
    reversed_sale = decide_reversal(
        locked.redemption,
        quantity,
        locked.payment,
        debt=locked.totals.debt,
        transfer_ids=(reversal_id, new_id()),
        now=now,
        why=why,
        new_lot=new_lot,
    )
    if reversed_sale is None:
        return locked.redemption
    write_reversal(connection, reversed_sale, now=now)
    return reversed_sale.reversal.redemption


def _new_lot(
    connection: Connection, sale: Redemption, payment: Payment, *, zone: tzinfo, now: datetime
) -> NewLot | None:
    window = window_of_late_refund(sale, payment, zone=zone, now=now)
    if window is None:
        return None
    known = lot_of_dates(connection, sale.participant_id, window)
    return NewLot(known or new_id(), *window)
