"""A fresh one-minute code for a person to show at a till."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.redemption.codes import Code, add_code
from app.store.redemption.offers import get_offer
from rewards.redemption import code as codes
from rewards.redemption.offer import PUBLISHED
from rewards.redemption.refusals import OfferNotOnSale


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
    now: datetime,
) -> ShownCode:
    """A code for anything, or for one offer only. Raises UnknownId, OfferNotOnSale."""
    if offer_id is not None:
        offer = get_offer(connection, offer_id)
        if offer is None or offer.state != PUBLISHED:
            raise UnknownId("There is no such offer. See GET /v1/offers.", pointer="/offer_id")
        if not offer.is_on_sale(now):
            raise OfferNotOnSale(f"{offer.title_en} is not on sale now.", pointer="/offer_id")
    shown = codes.spell(secrets.randbelow(codes.SPACE))
    expires_at = now + codes.VALID_FOR
    add_code(
        connection,
        codes.digest(shown, code_key),
        Code(participant_id, offer_id, expires_at, None),
        issued_at=now,
    )
    return ShownCode(shown, expires_at)
