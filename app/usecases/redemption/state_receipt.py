"""A merchant states under which reference an external benefit was given."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.offers import get_offer
from app.store.redemption.papers import add_receipt, receipt_of
from app.store.redemption.redemptions import by_request, lock_redemption
from behaviours.refusal import found_or
from rewards.redemption.papers import BenefitReceipt, check_takes_receipt, same_receipt
from rewards.redemption.refusals import UnknownRedemption


def state_receipt(
    connection: Connection,
    merchant_id: UUID,
    out_request_no: str,
    reference: str,
    *,
    clock: Clock,
) -> BenefitReceipt:
    """The receipt, which its person reads; stating it again changes nothing.

    Raises UnknownRedemption, NoReceiptOfThis, OtherReceiptStated.
    """
    missing = UnknownRedemption("nothing_to_reverse", pointer="/out_request_no")
    known = found_or(by_request(connection, merchant_id, out_request_no), missing)
    sale = lock_redemption(connection, known.participant_id, known.redemption_id).redemption
    offer = get_offer(connection, known.offer_id)
    assert sale is not None, f"{known.redemption_id} is gone"
    assert offer is not None, f"{known.offer_id} is gone"
    stated = receipt_of(connection, sale.redemption_id)
    if stated is not None:
        return same_receipt(stated, reference)
    check_takes_receipt(offer, sale)
    receipt = BenefitReceipt(reference, clock.now())
    add_receipt(connection, sale.redemption_id, receipt)
    return receipt
