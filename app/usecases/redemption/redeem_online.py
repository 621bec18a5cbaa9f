"""Online redemption: points and item are held, and a voucher is made out to fetch it with."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.ids import UnknownId, new_id
from app.store.database import Connection
from app.store.redemption.capturing import lock_person, read_standing, write_redemption
from app.store.redemption.codes import Code, add_code
from app.usecases.redemption.check_stock import check_stock
from app.usecases.redemption.release_lapsed_of import release_lapsed_of
from app.usecases.redemption.take_stock import take_stock
from rewards.ledger.points import PersonsPoints
from rewards.points.lots import allocate
from rewards.redemption import code as codes
from rewards.redemption.offer import DRAFT, check_takeable
from rewards.redemption.redemption import ONLINE, Redemption, begin


@dataclass(frozen=True, slots=True)
class Voucher:
    """The held redemption and the code that fetches it; the code is shown once, here."""

    redemption: Redemption
    code: str


def redeem_online(
    connection: Connection,
    participant_id: UUID,
    offer_id: UUID,
    quantity: int,
    *,
    code_key: bytes,
    now: datetime,
    dry_run: bool = False,
) -> Voucher:
    """Hold the points and the items of one redemption for ``VOUCHER_VALID_FOR``.

    Points are taken from their lots now, first-expiring first, so that a hold cannot be emptied
    by an expiry before it is fetched. With ``dry_run`` nothing moves and the code is empty.

    Raises UnknownId, OfferNotOnSale, PersonLimitReached, NotEnoughPoints, OutOfStock.
    """
    account = lock_person(connection, participant_id)
    if account.held:
        release_lapsed_of(connection, participant_id, account, now=now)
    standing = read_standing(connection, participant_id, offer_id, now=now)
    if standing.offer is None or standing.offer.state == DRAFT or not standing.is_active:
        raise UnknownId("There is no such offer. See GET /v1/offers.", pointer="/offer_id")
    offer = standing.offer
    check_takeable(offer, quantity=quantity, taken=standing.taken, now=now)
    uses = allocate(standing.lots, quantity * offer.points, now)
    held = replace(
        begin(offer, participant_id, new_id(), quantity, channel=ONLINE, now=now),
        expires_at=now + codes.VOUCHER_VALID_FOR,
    )
    if dry_run:
        check_stock(connection, offer, quantity)
        return Voucher(held, "")
    posting = PersonsPoints(participant_id, held.redemption_id).hold(held.redemption_id, uses)
    took = write_redemption(
        connection, held, [posting], code_digest=None, fingerprint=None, now=now
    )
    if not took:
        take_stock(connection, offer, quantity)
    shown = codes.spell(secrets.randbelow(codes.SPACE))
    assert held.expires_at is not None
    add_code(
        connection,
        codes.digest(shown, code_key),
        Code(participant_id, offer_id, held.expires_at, held.redemption_id),
        issued_at=now,
    )
    return Voucher(held, shown)
