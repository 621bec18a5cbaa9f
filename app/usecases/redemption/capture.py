"""Capture: a code and an offer become a redemption; points, stock and count move together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, tzinfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.capturing import (
    EarlierCapture,
    LockedLookup,
    TillRequest,
    lock_and_read,
    look_up,
    read_buyer,
)
from app.store.redemption.redemptions import get_redemption
from app.usecases.redemption.check_sale import check_sale
from app.usecases.redemption.release_holds_of import release_holds_of
from app.usecases.redemption.write_sale import write_sale
from behaviours.civil_time import civil_day
from rewards.redemption import code as codes
from rewards.redemption.capture import CaptureFacts, WantedCapture, check_repeat, decide_capture
from rewards.redemption.cashiers import on_day_of
from rewards.redemption.closings import not_before
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownCode
from rewards.redemption.stock import check_stocked
from rewards.redemption.stores import TillPlace


def capture(
    connection: Connection,
    wanted: WantedCapture,
    *,
    code_key: bytes,
    zone: tzinfo,
    clock: Clock,
    dry_run: bool = False,
) -> Redemption:
    """Redeem one code at one till; one code is one person, so this verb takes no list.

    The same ``out_request_no`` with the same content answers the redemption that it made, as it
    is now; a till that sends it while the first is still running waits for that one. With
    ``dry_run`` everything is checked and nothing moves. Whether a code, an offer or points are
    still good is judged by the moment at which the person is locked; whether points are taken at
    the till's store, by the day in ``zone`` on which it asked.

    Raises UnknownCode, CodeExpired, CodeUsed, UnknownStore, WrongStore, CodeForAnotherOffer,
    UnknownOffer, OfferNotOnSale, PersonLimitReached, NotEnoughPoints, OutOfStock,
    DayStockGone, StoreStockGone, RequestNumberReused; of a cashier CashierEnded and
    CashierLimitReached.
    """
    digest = codes.digest(wanted.code, code_key)
    request = TillRequest(
        wanted.merchant_id, wanted.out_request_no, digest, wanted.fingerprint(digest)
    )
    known = look_up(connection, request)
    if known.earlier is not None:
        return _repeated(connection, known.earlier, request)
    if known.code is None:
        raise UnknownCode("unknown", pointer="/code")
    person, offer_id = known.code.participant_id, wanted.offer_id
    # What has expired before the wait for the lock has expired after it too.
    asked_at = clock.now()
    place = TillPlace(wanted.merchant_id, wanted.store_id, civil_day(asked_at, zone))
    cashier = None if wanted.cashier_id is None else on_day_of(wanted.cashier_id, asked_at, zone)
    locked = lock_and_read(
        connection,
        person,
        request,
        offer_id=offer_id,
        store=place,
        cashier=cashier,
        alive_at=asked_at,
    )
    now = not_before(locked.closed_until, clock.now())
    if locked.earlier is not None:
        return _repeated(connection, locked.earlier, request)
    if locked.cashier is not None:
        locked.cashier.check_here(wanted.store_id)
    facts = _facts(connection, locked, wanted, now)
    locked.store.check(wanted.store_id)
    decision = decide_capture(facts, wanted, transfer_id=new_id(), now=now)
    if locked.cashier is not None:
        locked.cashier.check_takes(decision.redemption.points)
    if dry_run:
        check_sale(connection, decision, zone=zone, now=now)
        return decision.redemption
    if decision.takes_stock and not facts.buyer.in_stock:
        # Most of those who want what is sold out: they need not wait for each other's stripes.
        check_stocked(decision.offer, quantity=decision.redemption.quantity, left=0)
    write_sale(connection, decision, request, zone=zone, now=now)
    return decision.redemption


def _facts(
    connection: Connection, locked: LockedLookup, wanted: WantedCapture, now: datetime
) -> CaptureFacts:
    """What decides, after the person's lapsed holds have returned what they held."""
    facts = locked.facts
    if facts is None:
        raise UnknownCode("unknown", pointer="/code")
    if facts.fetches_a_voucher or not locked.totals.held:
        return facts
    person = facts.code.participant_id
    if not release_holds_of(connection, person, debt=locked.totals.debt, now=now):
        return facts
    return replace(facts, buyer=read_buyer(connection, person, wanted.offer_id, alive_at=now))


def _repeated(connection: Connection, earlier: EarlierCapture, request: TillRequest) -> Redemption:
    check_repeat(earlier.fingerprint, request.fingerprint)
    redemption = get_redemption(connection, earlier.participant_id, earlier.redemption_id)
    assert redemption is not None, f"a request points at no redemption {earlier.redemption_id}"
    return redemption
