"""Reverse: a captured redemption is taken back, whole or some items of it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.store.redemption.redemptions import by_request, lock_redemption
from app.store.redemption.undoing import write_reversal
from rewards.points.refund import BY_TILL, WhyTakenBack
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption
from rewards.redemption.taken_back import refund_reference
from rewards.redemption.undoing import decide_reversal


def reverse_redemption(
    connection: Connection,
    merchant_id: UUID,
    out_request_no: str,
    *,
    quantity: int | None,
    out_refund_no: str,
    clock: Clock,
    why: WhyTakenBack = BY_TILL,
) -> Redemption:
    """Take back ``quantity`` items, or all that are left, of one till request.

    ``out_refund_no`` is the till's own number of this refund: sent again it takes nothing more.

    The points return to the lots that paid; stock and the person's count return with them.
    Reversing all of what is already reversed answers the same again, also after the window.

    Raises UnknownRedemption, ReversalWindowOver, NothingToReverse, ReferenceReused.
    """
    known = by_request(connection, merchant_id, out_request_no)
    if known is None:
        raise UnknownRedemption("nothing_to_reverse", pointer="/out_request_no")
    locked = lock_redemption(connection, known.participant_id, known.redemption_id)
    assert locked.redemption is not None, f"{known.redemption_id} is gone"
    asked = refund_reference(merchant_id, out_refund_no, out_request_no, quantity, why)
    reversal_id = new_id()
    if claim_reference(connection, asked, reversal_id) != reversal_id:
        return locked.redemption
    now = clock.now()
    reversed_sale = decide_reversal(
        locked.redemption,
        quantity,
        locked.payment,
        debt=locked.totals.debt,
        transfer_ids=(reversal_id, new_id()),
        now=now,
        why=why,
    )
    if reversed_sale is None:
        return locked.redemption
    write_reversal(connection, reversed_sale, now=now)
    return reversed_sale.reversal.redemption
