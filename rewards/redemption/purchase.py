"""A purchase: whether a person may take so many of an offer now, and which lots pay for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import Lot, allocate
from rewards.redemption.code import VOUCHER_VALID_FOR
from rewards.redemption.offer import DRAFT, Offer, check_takeable
from rewards.redemption.redemption import ONLINE, Redemption, begin, captured
from rewards.redemption.refusals import UnknownOffer

# Where a bill says that what was taken online changed hands.
NO_STORE: Final = "online"


@dataclass(frozen=True, slots=True)
class Buyer:
    """What decides whether a person may take an offer: read under the person's lock.

    ``region`` is that of the account, as it holds now. ``taken`` is what they have of the offer
    already, held ones included, reversed ones not; ``lots`` are
    all that still hold something; of those that have expired it may name some. ``in_stock``:
    whether anything of the offer was left at that moment, though others may take it meanwhile.
    """

    participant_id: UUID
    is_active: bool
    region: str
    offer: Offer | None
    taken: int
    lots: Sequence[Lot]
    in_stock: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be written when somebody may have what they asked for.

    ``takes_stock`` is False when the items were set aside before.
    """

    redemption: Redemption
    offer: Offer
    postings: tuple[PointsPosting, ...]
    takes_stock: bool = True


def buy(
    buyer: Buyer, offer: Offer, quantity: int, redemption_id: UUID, *, channel: str, now: datetime
) -> tuple[Redemption, list[LotUse]]:
    """(the redemption, still held; the lots that pay it, first-expiring first).

    Raises OfferNotOnSale, OfferForOtherRegions, PersonLimitReached, NotEnoughPoints.
    """
    check_takeable(offer, quantity=quantity, taken=buyer.taken, region=buyer.region, now=now)
    uses = allocate(buyer.lots, quantity * offer.points, now)
    held = begin(offer, buyer.participant_id, redemption_id, quantity, channel=channel, now=now)
    return held, uses


def decide_online(
    buyer: Buyer, quantity: int, redemption_id: UUID, now: datetime, *, number: str
) -> Decision:
    """Take ``quantity`` of the offer online: goods are held, anything else is theirs at once.

    What is theirs at once is a sale under ``number``, by which its merchant finds and reverses it.
    Raises what ``decide_hold`` raises.
    """
    offer = _check_seen(buyer)
    if offer.is_fetched:
        return decide_hold(buyer, quantity, redemption_id, now)
    held, uses = buy(buyer, offer, quantity, redemption_id, channel=ONLINE, now=now)
    sale = captured(held, offer, out_request_no=number, store_id=NO_STORE, now=now)
    whose = PersonsPoints(buyer.participant_id, redemption_id)
    return Decision(sale, offer, (whose.spend(redemption_id, offer.merchant_id, uses),))


def decide_hold(buyer: Buyer, quantity: int, redemption_id: UUID, now: datetime) -> Decision:
    """Hold ``quantity`` of the offer for ``VOUCHER_VALID_FOR``, to be fetched at a till.

    The points leave their lots at once, so that a hold cannot be emptied by an expiry before it is
    fetched; who moves away meanwhile fetches it all the same. Raises UnknownOffer, OfferNotOnSale,
    OfferForOtherRegions, PersonLimitReached, NotEnoughPoints.
    """
    offer = _check_seen(buyer)
    held, uses = buy(buyer, offer, quantity, redemption_id, channel=ONLINE, now=now)
    posting = PersonsPoints(buyer.participant_id, redemption_id).hold(redemption_id, uses)
    return Decision(replace(held, expires_at=now + VOUCHER_VALID_FOR), offer, (posting,))


def _check_seen(buyer: Buyer) -> Offer:
    offer = buyer.offer
    if offer is None or offer.state == DRAFT or not buyer.is_active:
        raise UnknownOffer("offer", pointer="/offer_id")
    return offer
