"""What a shown code may be used for: still good, for this offer, at this merchant, not used."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from behaviours.refusal import Conflict
from rewards.redemption.code import TillCode
from rewards.redemption.redemption import HELD, Redemption
from rewards.redemption.refusals import CodeExpired, CodeForAnotherOffer, UnknownCode


class CodeUsed(Conflict):
    """The code has redeemed something; its own merchant is told what.

    ``redemption`` is None for another merchant, who learns only that the code is used.
    """

    cases = ("here", "elsewhere")

    def __init__(self, redemption: Redemption | None) -> None:
        super().__init__("here" if redemption else "elsewhere", pointer="/code")
        self.redemption = redemption


def check_code(
    code: TillCode,
    *,
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
    if now >= code.expires_at:
        raise CodeExpired("minute_over", pointer="/code")
    if code.offer_id is not None and offer_id is not None and code.offer_id != offer_id:
        raise CodeForAnotherOffer("another", pointer="/offer_id")


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
        raise UnknownCode("another_shop", pointer="/code")
    if not held.is_held(now):
        raise CodeExpired("voucher_over", pointer="/code")
    if offer_id is not None and offer_id != held.offer_id:
        raise _for_something_else("voucher", held, "/offer_id")
    if quantity is not None and quantity != held.quantity:
        raise _for_something_else("voucher_whole", held, "/quantity")


def _refuse_used(redeemed: Redemption, merchant_id: UUID) -> None:
    assert redeemed.state != HELD, "a held redemption is asked for by check_voucher"
    if redeemed.was_captured:
        raise CodeUsed(redeemed if redeemed.merchant_id == merchant_id else None)
    raise CodeExpired("voucher_ended", pointer="/code")


def _for_something_else(case: str, held: Redemption, pointer: str) -> CodeForAnotherOffer:
    return CodeForAnotherOffer(
        case,
        pointer=pointer,
        quantity=held.quantity,
        title=held.title,
    )
