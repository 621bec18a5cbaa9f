"""A fresh short-lived code for a person to show at a till."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import region_of
from app.store.redemption.codes import add_code
from app.store.redemption.offers import get_offer
from rewards.redemption import code as codes
from rewards.redemption.offer import PUBLISHED, check_on_sale, check_region
from rewards.redemption.refusals import UnknownOffer


@dataclass(frozen=True, slots=True)
class ShownCode:
    """The digits themselves, which are stored nowhere."""

    code: str
    expires_at: datetime


def issue_code(
    connection: Connection,
    participant_id: UUID,
    *,
    offer_id: UUID | None,
    code_key: bytes,
    lifetime: timedelta,
    clock: Clock,
) -> ShownCode:
    """A code for anything, or for one offer only. Raises UnknownOffer, OfferNotOnSale
    and OfferForOtherRegions."""
    if offer_id is not None:
        offer = get_offer(connection, offer_id)
        if offer is None or offer.state != PUBLISHED:
            raise UnknownOffer("offer", pointer="/offer_id")
        check_on_sale(offer, now=clock.now())
        if offer.regions:
            check_region(offer, region_of(connection, participant_id))
    now = clock.now()
    shown = codes.digits_of(secrets.randbelow(codes.SPACE))
    code = codes.TillCode(participant_id, offer_id, now + lifetime, None)
    add_code(connection, codes.digest(shown, code_key), code, issued_at=now)
    return ShownCode(shown, code.expires_at)
