"""Reverse: a captured redemption is taken back, whole or some items of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId, new_id
from app.store.database import Connection
from app.store.points.posting import post
from app.store.redemption.capturing import lock_person
from app.store.redemption.redemptions import by_request, get, paid, write_reversal
from app.store.redemption.stock import put_back
from app.usecases.points.pay_debt import pay_debt
from rewards.ledger.points import PersonsPoints
from rewards.points.lots import give_back
from rewards.redemption.redemption import REVERSED, Redemption, reverse


def reverse_redemption(
    connection: Connection,
    merchant_id: UUID,
    out_request_no: str,
    *,
    quantity: int | None,
    now: datetime,
) -> Redemption:
    """Take back ``quantity`` items, or all that are left, of one till request.

    The points return to the lots that paid, which keep their dates: points whose lot has expired
    meanwhile stay expired, as if they had never been spent (the window is short, and a refund
    never makes points live longer). Stock and the person's count return with them. Reversing all
    of what is already reversed answers the same again, also after the window.

    Raises UnknownId, ReversalWindowOver, NothingToReverse.
    """
    known = by_request(connection, merchant_id, out_request_no)
    if known is None:
        raise UnknownId(
            "Nothing was captured under this out_request_no. If a capture may still be on its"
            " way, query again after the code's minute is over.",
            pointer="/out_request_no",
        )
    account = lock_person(connection, known.participant_id)
    redemption = get(connection, known.participant_id, known.redemption_id)
    assert redemption is not None, f"{known.redemption_id} is gone"
    reversal = reverse(redemption, quantity, now)
    if reversal is None:
        return redemption
    payment = paid(connection, redemption.participant_id, redemption.redemption_id)
    uses = give_back(payment.spent, payment.given_back, reversal.points)
    points = PersonsPoints(redemption.participant_id, redemption.redemption_id)
    reversal_id = new_id()
    refund = points.refund(reversal_id, merchant_id, uses)
    post(connection, [refund, *pay_debt(points, uses, account.debt)], posted_at=now)
    write_reversal(connection, redemption, reversal, reversal_id=reversal_id, now=now)
    put_back(connection, redemption.offer_id, reversal.quantity)
    return replace(
        redemption,
        state=reversal.state,
        reversed_quantity=redemption.reversed_quantity + reversal.quantity,
        closed_at=now if reversal.state == REVERSED else redemption.closed_at,
    )
