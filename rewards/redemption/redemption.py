"""A redemption: what was taken for points, and how it may be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from rewards.points.refund import BY_TILL, WhyTakenBack
from rewards.redemption.offer import Offer
from rewards.redemption.refusals import (
    NothingToReverse,
    RedemptionNotHeld,
    ReversalWindowOver,
    moment_fact,
)
from rewards.redemption.taken_back import SaleTakenBack

HELD, CAPTURED, PARTLY_REVERSED, REVERSED, RELEASED, EXPIRED = STATES = (
    "held",
    "captured",
    "partly_reversed",
    "reversed",
    "released",
    "expired",
)
# What can still be taken back, while its window is open.
REVERSIBLE: Final = (CAPTURED, PARTLY_REVERSED)

CAPTURE: Final = "capture"
RELEASE: Final = "release"  # the person gives a hold up
LAPSE: Final = "lapse"  # the time of a hold is over
REVERSE_SOME: Final = "reverse_some"
REVERSE_REST: Final = "reverse_rest"

# Which step leads from which state to which; there are no others.
STEPS: Final[Mapping[tuple[str, str], str]] = {
    (HELD, CAPTURE): CAPTURED,
    (HELD, RELEASE): RELEASED,
    (HELD, LAPSE): EXPIRED,
    (CAPTURED, REVERSE_SOME): PARTLY_REVERSED,
    (CAPTURED, REVERSE_REST): REVERSED,
    (PARTLY_REVERSED, REVERSE_SOME): PARTLY_REVERSED,
    (PARTLY_REVERSED, REVERSE_REST): REVERSED,
}
# Something was handed over at a till; all of it or some may have come back since.
SOLD_STATES: Final = (CAPTURED, PARTLY_REVERSED, REVERSED)
# A hold that came to nothing.
ENDED_STATES: Final = (RELEASED, EXPIRED)

TILL: Final = "till"
ONLINE: Final = "online"
CHANNELS: Final = (TILL, ONLINE)


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
    # The offer's: refunded points whose lot expired are good for so many days; None: not at all.
    refund_valid_days: int | None = None
    # Who stood at the till; None: the merchant's own program asked.
    cashier_id: UUID | None = None
    # In their order.
    taken_back: tuple[SaleTakenBack, ...] = ()

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        return {"zh-CN": self.title_zh, "en": self.title_en}

    @property
    def points(self) -> int:
        """For all items, reversed ones included."""
        return self.quantity * self.points_each

    @property
    def quantity_left(self) -> int:
        """Items that were not reversed."""
        return self.quantity - self.reversed_quantity

    @property
    def was_captured(self) -> bool:
        """Whether a till has handed it over, also when it came back later."""
        return self.state in SOLD_STATES

    def is_held(self, now: datetime) -> bool:
        """Held and still in time; a hold that lapsed is over before the sweep has seen it."""
        return self.state == HELD and not self.has_lapsed(now)

    def has_lapsed(self, now: datetime) -> bool:
        """Held, and out of time."""
        assert self.state != HELD or self.expires_at is not None
        return self.state == HELD and self.expires_at is not None and self.expires_at <= now

    def move(self, step: str) -> Redemption:
        """The redemption after a step. Raises RedemptionNotHeld."""
        after = STEPS.get((self.state, step))
        if after is None:
            raise RedemptionNotHeld(_why_not(self.state), state=self.state)
        return replace(self, state=after)


def _why_not(state: str) -> str:
    if state == HELD:
        return "not_fetched"
    return "fetched" if state in SOLD_STATES else "ended"


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
        refund_valid_days=offer.refund_valid_days,
    )


def captured(
    held: Redemption,
    offer: Offer,
    *,
    out_request_no: str,
    store_id: str,
    cashier_id: UUID | None = None,
    now: datetime,
) -> Redemption:
    """What is held, handed over at a till; the offer's window to reverse begins."""
    return replace(
        held.move(CAPTURE),
        out_request_no=out_request_no,
        store_id=store_id,
        cashier_id=cashier_id,
        captured_at=now,
        reversible_until=now + timedelta(seconds=offer.reversal_window_s),
    )


@dataclass(frozen=True, slots=True)
class RedemptionReversal:
    """Items that are taken back, what they were worth, and the redemption afterwards."""

    quantity: int
    points: int
    settlement_fen: int
    redemption: Redemption


def reverse(
    redemption: Redemption, quantity: int | None, now: datetime, why: WhyTakenBack = BY_TILL
) -> RedemptionReversal | None:
    """Take back ``quantity`` items (None: all that are left) of a captured redemption.

    None when all of it is reversed already and all was asked for: the answer is the same as the
    first time, whenever it is asked. Raises ReversalWindowOver, NothingToReverse,
    RedemptionNotHeld (it was not fetched).
    """
    left = redemption.quantity_left
    if quantity is None and left == 0:
        return None
    wanted = left if quantity is None else quantity
    if wanted > left:
        raise NothingToReverse(
            pointer="/quantity", wanted=wanted, quantity=redemption.quantity, left=left
        )
    after = redemption.move(REVERSE_REST if wanted == left else REVERSE_SOME)
    assert redemption.reversible_until is not None
    if now >= redemption.reversible_until:
        raise ReversalWindowOver(reversible_until=moment_fact(redemption.reversible_until))
    points = wanted * redemption.points_each
    return RedemptionReversal(
        quantity=wanted,
        points=points,
        settlement_fen=wanted * redemption.settlement_fen_each,
        redemption=replace(
            after,
            reversed_quantity=redemption.reversed_quantity + wanted,
            closed_at=now if wanted == left else redemption.closed_at,
            taken_back=(*redemption.taken_back, SaleTakenBack(now, wanted, points, why)),
        ),
    )
