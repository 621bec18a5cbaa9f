"""What a shown code may be used for: still good, for this offer, at this merchant, not used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from behaviours.refusal import Kind, Refusal
from rewards.redemption.redemption import CAPTURED, HELD, PARTLY_REVERSED, REVERSED, Redemption
from rewards.redemption.refusals import (
    CodeExpired,
    CodeForAnotherOffer,
    UnknownCode,
)


class CodeUsed(Refusal):
    """The code has redeemed something; its own merchant is told what.

    ``redemption`` is None for another merchant, who learns only that the code is used.
    """

    kind = Kind.CONFLICT
    code = "CODE_USED"

    def __init__(
        self, redemption: Redemption | None, *, details: Mapping[str, Any] | None = None
    ) -> None:
        remedy = (
            "What it redeemed is in details."
            if redemption
            else "Ask the person to show a fresh one."
        )
        super().__init__(f"This code was used before. {remedy}", pointer="/code", details=details)
        self.redemption = redemption


def check_code(
    *,
    expires_at: datetime,
    for_offer: UUID | None,
    offer_id: UUID | None,
    redeemed: Redemption | None,
    merchant_id: UUID,
    now: datetime,
) -> None:
    """Refuse a code that cannot buy ``offer_id`` (None: anything) now.

    Used comes before expired: a till that lost an answer scans again later and must learn what
    it sold. Raises CodeUsed, CodeExpired, CodeForAnotherOffer.
    """
    if redeemed is not None:
        _refuse_used(redeemed, merchant_id)
    if now >= expires_at:
        raise _expired("This code was good for one minute.")
    if for_offer is not None and offer_id is not None and for_offer != offer_id:
        raise CodeForAnotherOffer(
            "The person asked for this code for another offer. Prepare the code to see which.",
            pointer="/offer_id",
        )


def check_voucher(
    held: Redemption,
    *,
    merchant_id: UUID,
    offer_id: UUID | None,
    quantity: int | None,
    now: datetime,
) -> None:
    """Refuse a voucher that is not this merchant's, not in time, or for something else.

    Raises UnknownCode, CodeExpired, CodeForAnotherOffer.
    """
    if held.merchant_id != merchant_id:
        raise UnknownCode(
            "This code is not known here. It may be a voucher of another shop.", pointer="/code"
        )
    if not held.is_held(now):
        raise _expired("The time to fetch this voucher is over.")
    if offer_id is not None and offer_id != held.offer_id:
        raise CodeForAnotherOffer(
            f"This voucher is for {held.quantity} × {held.title_en}.", pointer="/offer_id"
        )
    if quantity is not None and quantity != held.quantity:
        raise CodeForAnotherOffer(
            f"This voucher is for {held.quantity} × {held.title_en}; all of it is fetched at"
            " once. Leave quantity out.",
            pointer="/quantity",
        )


def _refuse_used(redeemed: Redemption, merchant_id: UUID) -> None:
    assert redeemed.state != HELD, "a held redemption is asked for by check_voucher"
    if redeemed.state in (CAPTURED, REVERSED, PARTLY_REVERSED):
        raise CodeUsed(redeemed if redeemed.merchant_id == merchant_id else None)
    raise _expired("This voucher was cancelled, or its time is over.")


def _expired(sentence: str) -> CodeExpired:
    return CodeExpired(f"{sentence} Ask the person to show a fresh one.", pointer="/code")
