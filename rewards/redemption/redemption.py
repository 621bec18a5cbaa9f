"""A redemption: what was taken for points, and how it may be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from rewards.redemption.offer import Offer
from rewards.redemption.refusals import NothingToReverse, ReversalWindowOver

HELD: Final = "held"
CAPTURED: Final = "captured"
RELEASED: Final = "released"
EXPIRED: Final = "expired"
REVERSED: Final = "reversed"
PARTLY_REVERSED: Final = "partly_reversed"

TILL: Final = "till"
ONLINE: Final = "online"


@dataclass(frozen=True, slots=True)
class Redemption:
    """As stored. ``points_each`` and ``settlement_fen_each`` are the offer's of that moment."""

    participant_id: UUID
    redemption_id: UUID
    merchant_id: UUID
    offer_id: UUID
    title_zh: str
    title_en: str
    channel: str
    quantity: int
    reversed_quantity: int
    points_each: int
    settlement_fen_each: int
    state: str
    out_request_no: str | None
    store_id: str | None
    created_at: datetime
    captured_at: datetime | None
    closed_at: datetime | None
    expires_at: datetime | None
    reversible_until: datetime | None

    @property
    def points(self) -> int:
        """For all items, reversed ones included."""
        return self.quantity * self.points_each

    @property
    def quantity_left(self) -> int:
        return self.quantity - self.reversed_quantity

    def is_held(self, now: datetime) -> bool:
        """Held and still in time; a hold that lapsed is over before the sweep has seen it."""
        assert self.state != HELD or self.expires_at is not None
        return self.state == HELD and self.expires_at is not None and now < self.expires_at


def begin(
    offer: Offer,
    participant_id: UUID,
    redemption_id: UUID,
    quantity: int,
    *,
    channel: str,
    now: datetime,
) -> Redemption:
    """``quantity`` of an offer, held at its price of this moment; nothing is captured yet."""
    return Redemption(
        participant_id=participant_id,
        redemption_id=redemption_id,
        merchant_id=offer.merchant_id,
        offer_id=offer.offer_id,
        title_zh=offer.title_zh,
        title_en=offer.title_en,
        channel=channel,
        quantity=quantity,
        reversed_quantity=0,
        points_each=offer.points,
        settlement_fen_each=offer.settlement_fen,
        state=HELD,
        out_request_no=None,
        store_id=None,
        created_at=now,
        captured_at=None,
        closed_at=None,
        expires_at=None,
        reversible_until=None,
    )


@dataclass(frozen=True, slots=True)
class Reversal:
    """What a reversal takes back, and the state it leaves the redemption in."""

    quantity: int
    points: int
    settlement_fen: int
    state: str


def reverse(redemption: Redemption, quantity: int | None, now: datetime) -> Reversal | None:
    """Take back ``quantity`` items (None: all that are left) of a captured redemption.

    None when all of it is reversed already and all was asked for: the answer is the same as the
    first time, whenever it is asked. Raises ReversalWindowOver, NothingToReverse.
    """
    assert redemption.state in (CAPTURED, REVERSED, PARTLY_REVERSED), redemption.state
    assert redemption.reversible_until is not None
    left = redemption.quantity_left
    if quantity is None and left == 0:
        return None
    wanted = left if quantity is None else quantity
    if wanted > left:
        raise NothingToReverse(
            f"{wanted} cannot be reversed: {left} of {redemption.quantity} are left."
            " Query the redemption before you try again.",
            pointer="/quantity",
            details={"quantity": redemption.quantity, "left": left},
        )
    if now >= redemption.reversible_until:
        raise ReversalWindowOver(
            "This redemption can no longer be reversed: its time for that is over."
            " Settle it with the person and, if need be, with the operator.",
            details={"reversible_until": redemption.reversible_until},
        )
    return Reversal(
        quantity=wanted,
        points=wanted * redemption.points_each,
        settlement_fen=wanted * redemption.settlement_fen_each,
        state=REVERSED if wanted == left else PARTLY_REVERSED,
    )
