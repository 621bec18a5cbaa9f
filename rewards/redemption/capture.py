"""Capture: whether a code buys an offer at a till, or fetches a voucher, and what moves then."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from rewards.ledger.points import PersonsPoints
from rewards.redemption.code import TillCode
from rewards.redemption.code_use import check_code, check_voucher
from rewards.redemption.offer import Offer
from rewards.redemption.purchase import Buyer, Decision, buy
from rewards.redemption.redemption import HELD, TILL, Redemption, captured
from rewards.redemption.refusals import RequestNumberReused, UnknownCode, UnknownOffer


@dataclass(frozen=True, slots=True)
class WantedCapture:
    """What a till asks for. ``quantity`` None: one, or what a voucher was made out for."""

    merchant_id: UUID
    code: str
    offer_id: UUID
    out_request_no: str
    store_id: str
    quantity: int | None = None
    # Who stands at the till; None: the merchant's own program asks. It tells no requests apart.
    cashier_id: UUID | None = None

    def fingerprint(self, code_digest: bytes) -> bytes:
        """Tells a request from another one under the same number: 16 bytes."""
        content = f"{self.offer_id.hex} {self.quantity} {self.store_id}"
        return hashlib.blake2b(code_digest + content.encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """What a capture is decided by, read under the person's lock.

    ``redeemed`` is what the code redeemed already, or the held redemption that it fetches.
    """

    code: TillCode
    redeemed: Redemption | None
    buyer: Buyer

    @property
    def fetches_a_voucher(self) -> bool:
        return self.redeemed is not None and self.redeemed.state == HELD


def decide_capture(
    facts: CaptureFacts, wanted: WantedCapture, *, transfer_id: UUID, now: datetime
) -> Decision:
    """What the till hands over, and the posting that pays it.

    A new redemption has ``transfer_id`` as its id too.

    Raises UnknownCode, CodeExpired, CodeUsed, CodeForAnotherOffer, UnknownOffer, OfferNotOnSale,
    PersonLimitReached, NotEnoughPoints.
    """
    if facts.redeemed is not None and facts.fetches_a_voucher:
        return _fetch(facts.redeemed, facts.buyer, wanted, transfer_id, now)
    check_code(
        facts.code,
        offer_id=wanted.offer_id,
        redeemed=facts.redeemed,
        merchant_id=wanted.merchant_id,
        now=now,
    )
    buyer, offer = facts.buyer, _offer_here(facts.buyer, wanted)
    held, uses = buy(buyer, offer, wanted.quantity or 1, transfer_id, channel=TILL, now=now)
    whose = PersonsPoints(buyer.participant_id, held.redemption_id)
    posting = whose.spend(transfer_id, wanted.merchant_id, uses)
    return Decision(_handed_over(held, offer, wanted, now), offer, (posting,))


def check_repeat(earlier_fingerprint: bytes, fingerprint: bytes) -> None:
    """Refuse a request number that was used for something else. Raises RequestNumberReused."""
    if earlier_fingerprint != fingerprint:
        raise RequestNumberReused(pointer="/out_request_no")


def _fetch(
    held: Redemption, buyer: Buyer, wanted: WantedCapture, transfer_id: UUID, now: datetime
) -> Decision:
    check_voucher(
        held,
        merchant_id=wanted.merchant_id,
        offer_id=wanted.offer_id,
        quantity=wanted.quantity,
        now=now,
    )
    offer = _offer_here(buyer, wanted)
    whose = PersonsPoints(held.participant_id, held.redemption_id)
    posting = whose.spend_held(transfer_id, held.merchant_id, held.points)
    return Decision(_handed_over(held, offer, wanted, now), offer, (posting,), takes_stock=False)


def _handed_over(
    held: Redemption, offer: Offer, wanted: WantedCapture, now: datetime
) -> Redemption:
    return captured(
        held,
        offer,
        out_request_no=wanted.out_request_no,
        store_id=wanted.store_id,
        cashier_id=wanted.cashier_id,
        now=now,
    )


def _offer_here(buyer: Buyer, wanted: WantedCapture) -> Offer:
    # Whoever has left has no code any more.
    if not buyer.is_active:
        raise UnknownCode("unknown", pointer="/code")
    if buyer.offer is None or buyer.offer.merchant_id != wanted.merchant_id:
        raise UnknownOffer("offer_here", pointer="/offer_id")
    buyer.offer.check_merchant()
    return buyer.offer
