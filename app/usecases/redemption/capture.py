"""Capture: a code and an offer become a redemption; points, stock and count move together."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.ids import UnknownId, new_id
from app.store.database import Connection
from app.store.redemption.capturing import (
    Found,
    Locked,
    Request,
    Standing,
    find,
    lock_and_read,
    read_standing,
    write_capture_of_held,
    write_redemption,
)
from app.store.redemption.redemptions import get
from app.usecases.redemption.check_stock import check_stock
from app.usecases.redemption.release_lapsed_of import release_lapsed_of
from app.usecases.redemption.take_stock import take_stock
from rewards.ledger.points import PersonsPoints
from rewards.points.lots import allocate
from rewards.redemption import code as codes
from rewards.redemption.code_use import check_code, check_voucher
from rewards.redemption.offer import Offer, check_takeable
from rewards.redemption.redemption import CAPTURED, HELD, TILL, Redemption, begin
from rewards.redemption.refusals import RequestNumberReused, UnknownCode


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a till asks for. ``quantity`` None: one, or what a voucher was made out for."""

    merchant_id: UUID
    code: str
    offer_id: UUID
    out_request_no: str
    store_id: str
    quantity: int | None = None


def capture(
    connection: Connection, wanted: Wanted, *, code_key: bytes, now: datetime, dry_run: bool = False
) -> Redemption:
    """Redeem one code at one till; one code is one person, so this verb takes no list.

    The same ``out_request_no`` with the same content answers the redemption that it made, as it
    is now; a till that sends it while the first is still running waits for that one. With
    ``dry_run`` everything is checked and nothing moves.

    Raises UnknownCode, CodeExpired, CodeUsed, CodeForAnotherOffer, UnknownId, OfferNotOnSale,
    PersonLimitReached, NotEnoughPoints, OutOfStock, RequestNumberReused.
    """
    code_digest = codes.digest(wanted.code, code_key)
    fingerprint = _fingerprint(wanted, code_digest)
    found = find(
        connection,
        merchant_id=wanted.merchant_id,
        out_request_no=wanted.out_request_no,
        code_digest=code_digest,
    )
    if found.request is not None:
        return _repeat(connection, found.request, fingerprint)
    if found.code is None:
        raise _unknown_code()
    locked = lock_and_read(
        connection,
        found.code.participant_id,
        merchant_id=wanted.merchant_id,
        offer_id=wanted.offer_id,
        out_request_no=wanted.out_request_no,
        code_digest=code_digest,
        now=now,
    )
    if locked.found.request is not None:
        return _repeat(connection, locked.found.request, fingerprint)
    redeemed = _redeemed(connection, locked.found)
    if redeemed is not None and redeemed.state == HELD:
        return _capture_held(
            connection, wanted, locked, redeemed, fingerprint=fingerprint, now=now, dry_run=dry_run
        )
    return _capture_new(
        connection,
        wanted,
        locked,
        redeemed,
        code_digest=code_digest,
        fingerprint=fingerprint,
        now=now,
        dry_run=dry_run,
    )


def _capture_new(
    connection: Connection,
    wanted: Wanted,
    locked: Locked,
    redeemed: Redemption | None,
    *,
    code_digest: bytes,
    fingerprint: bytes,
    now: datetime,
    dry_run: bool,
) -> Redemption:
    code = locked.found.code
    assert code is not None
    check_code(
        expires_at=code.expires_at,
        for_offer=code.offer_id,
        offer_id=wanted.offer_id,
        redeemed=redeemed,
        merchant_id=wanted.merchant_id,
        now=now,
    )
    standing = locked.standing
    if locked.account.held and release_lapsed_of(
        connection, code.participant_id, locked.account, now=now
    ):
        standing = read_standing(connection, code.participant_id, wanted.offer_id, now=now)
    offer = _offer_of(standing, wanted)
    quantity = wanted.quantity or 1
    check_takeable(offer, quantity=quantity, taken=standing.taken, now=now)
    uses = allocate(standing.lots, quantity * offer.points, now)
    held = begin(offer, code.participant_id, new_id(), quantity, channel=TILL, now=now)
    redemption = _captured(held, offer, wanted, now)
    if dry_run:
        check_stock(connection, offer, quantity)
        return redemption
    posting = PersonsPoints(code.participant_id, redemption.redemption_id).spend(
        redemption.redemption_id, wanted.merchant_id, uses
    )
    took = write_redemption(
        connection, redemption, [posting], code_digest=code_digest, fingerprint=fingerprint, now=now
    )
    if not took:
        take_stock(connection, offer, quantity)
    return redemption


def _capture_held(
    connection: Connection,
    wanted: Wanted,
    locked: Locked,
    held: Redemption,
    *,
    fingerprint: bytes,
    now: datetime,
    dry_run: bool,
) -> Redemption:
    check_voucher(
        held,
        merchant_id=wanted.merchant_id,
        offer_id=wanted.offer_id,
        quantity=wanted.quantity,
        now=now,
    )
    offer = _offer_of(locked.standing, wanted)
    captured = _captured(held, offer, wanted, now)
    if not dry_run:
        posting = PersonsPoints(held.participant_id, held.redemption_id).spend_held(
            new_id(), held.merchant_id, held.points
        )
        write_capture_of_held(connection, captured, [posting], fingerprint=fingerprint, now=now)
    return captured


def _captured(held: Redemption, offer: Offer, wanted: Wanted, now: datetime) -> Redemption:
    return replace(
        held,
        state=CAPTURED,
        out_request_no=wanted.out_request_no,
        store_id=wanted.store_id,
        captured_at=now,
        reversible_until=now + timedelta(seconds=offer.reversal_window_s),
    )


def _redeemed(connection: Connection, found: Found) -> Redemption | None:
    code = found.code
    if code is None or code.redemption_id is None:
        return None
    redemption = get(connection, code.participant_id, code.redemption_id)
    assert redemption is not None, f"a code points at no redemption {code.redemption_id}"
    return redemption


def _offer_of(standing: Standing, wanted: Wanted) -> Offer:
    if not standing.is_active:
        raise _unknown_code()
    if standing.offer is None or standing.offer.merchant_id != wanted.merchant_id:
        raise UnknownId(
            "There is no such offer of this merchant. Prepare the code to see what it can buy.",
            pointer="/offer_id",
        )
    return standing.offer


def _repeat(connection: Connection, request: Request, fingerprint: bytes) -> Redemption:
    if request.fingerprint != fingerprint:
        raise RequestNumberReused(
            "This out_request_no was used for another capture."
            " Query it, and take a fresh number for a new one.",
            pointer="/out_request_no",
        )
    redemption = get(connection, request.participant_id, request.redemption_id)
    assert redemption is not None, f"a request points at no redemption {request.redemption_id}"
    return redemption


def _fingerprint(wanted: Wanted, code_digest: bytes) -> bytes:
    content = f"{wanted.offer_id.hex} {wanted.quantity} {wanted.store_id}"
    return hashlib.blake2b(code_digest + content.encode(), digest_size=16).digest()


def _unknown_code() -> UnknownCode:
    return UnknownCode(
        "This code is not known. Ask the person to show a fresh one.", pointer="/code"
    )
