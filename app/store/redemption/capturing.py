"""The statements of a purchase: look up, lock and read, write. Three round trips in all."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from app.event_types import EVENTS_OF
from app.store.driver import Driver, Rows, raw
from app.store.events.writing import ask_to_write
from app.store.inserting import insert_in_order
from app.store.organisations.standing import SHARE
from app.store.points.accounts import LOCK, totals_of
from app.store.points.posting import POST, arrays, check_posted
from app.store.redemption.cashiers import ask_and_hold, told
from app.store.redemption.closings import ask_and_share, closed_until
from app.store.redemption.codes import check_used, use_code
from app.store.redemption.redemptions import get_redemption
from app.store.redemption.rows import OFFER_COLUMNS, OFFER_WIDTH, offer_of
from app.store.redemption.stock import TAKE
from behaviours.people import ACTIVE
from rewards.points.balance import PointsTotals
from rewards.points.lots import Lot
from rewards.redemption.capture import CaptureFacts
from rewards.redemption.cashiers import CashierAsked, CashierAtTill
from rewards.redemption.code import TillCode
from rewards.redemption.purchase import Buyer, Decision
from rewards.redemption.redemption import Redemption
from rewards.redemption.stores import StoreAtTill, TillPlace

TOLD = EVENTS_OF[Redemption]

# Whatever this till request and this code are known for, before anything is locked.
_LOOK_UP = """
SELECT c.participant_id, c.offer_id, c.expires_at, c.redemption_id,
  t.fingerprint, t.participant_id, t.redemption_id
FROM (SELECT 1) AS one
LEFT JOIN till_code AS c ON c.code_digest = %(code_digest)s
LEFT JOIN till_request AS t
  ON t.merchant_id = %(merchant_id)s AND t.out_request_no = %(out_request_no)s
"""

# By the index of a merchant's statements: whether any holds, and what does of this store.
AT_TILL = """
SELECT
  EXISTS (SELECT FROM store_statement a
    WHERE a.merchant_id = %(merchant_id)s AND a.from_day <= %(today)s),
  EXISTS (SELECT FROM store_statement k
    WHERE k.merchant_id = %(merchant_id)s AND k.store_no = %(store_no)s),
  (SELECT v.is_open FROM store_statement v
    WHERE v.merchant_id = %(merchant_id)s AND v.store_no = %(store_no)s AND v.from_day <= %(today)s
    ORDER BY v.from_day DESC, v.statement_id DESC LIMIT 1)
"""

_BUYER = f"""
SELECT {OFFER_COLUMNS}, coalesce(k.quantity, 0), p.state = '{ACTIVE}', p.region,
  EXISTS (SELECT FROM offer_stock s WHERE s.offer_id = %(offer_id)s AND s.remaining > 0)
FROM participant AS p
LEFT JOIN offer AS o ON o.offer_id = %(offer_id)s
LEFT JOIN offer_taken AS k
  ON k.participant_id = p.participant_id AND k.offer_id = %(offer_id)s
WHERE p.participant_id = %(participant_id)s
"""

_LOTS = """
SELECT lot_id, available_at, expires_at, remaining FROM points_lot
WHERE participant_id = %s AND expires_at > %s AND remaining > 0
ORDER BY expires_at, available_at, lot_id
"""

_TAKEN = """
INSERT INTO offer_taken (participant_id, offer_id, quantity)
VALUES (%(participant_id)s, %(offer_id)s, %(quantity)s)
ON CONFLICT (participant_id, offer_id)
DO UPDATE SET quantity = offer_taken.quantity + excluded.quantity
"""

_REDEMPTION = insert_in_order(
    "redemption",
    (
        *("participant_id", "redemption_id", "merchant_id", "offer_id", "channel", "quantity"),
        *("points_each", "settlement_fen_each", "state", "out_request_no", "store_id"),
        *("created_at", "captured_at", "expires_at", "reversible_until", "cashier_id"),
    ),
)

_CAPTURE_HELD = """
UPDATE redemption SET state = %s, out_request_no = %s, store_id = %s, captured_at = %s,
  reversible_until = %s, cashier_id = %s
WHERE participant_id = %s AND redemption_id = %s
"""

_REQUEST = insert_in_order(
    "till_request",
    (
        *("merchant_id", "out_request_no", "fingerprint", "participant_id", "redemption_id"),
        "created_at",
    ),
)


class TillRequest(NamedTuple):
    """By what a till's request is known: its merchant's number, and the code that it holds.

    ``code_digest`` empty: nobody showed a code, as what was taken online was theirs at once.
    """

    merchant_id: UUID
    out_request_no: str
    code_digest: bytes
    fingerprint: bytes


class EarlierCapture(NamedTuple):
    """A capture under the same number: what was asked, and what came of it."""

    fingerprint: bytes
    participant_id: UUID
    redemption_id: UUID


class TillLookup(NamedTuple):
    """The code and the earlier capture, as far as there are any."""

    code: TillCode | None
    earlier: EarlierCapture | None


@dataclass(frozen=True, slots=True)
class LockedLookup:
    """The same, as it stands once the person is locked, with what else decides.

    ``facts`` None: the code was forgotten meanwhile.
    """

    totals: PointsTotals
    earlier: EarlierCapture | None
    facts: CaptureFacts | None
    store: StoreAtTill
    # Until when the store's days are closed: what is sold now is sold after that.
    closed_until: datetime | None
    # Who stands at the till, held; None: the merchant's own program.
    cashier: CashierAtTill | None


def look_up(connection: Connection, request: TillRequest) -> TillLookup:
    """What is known before anything is locked: one round trip."""
    return _lookup(raw(connection).execute(_LOOK_UP, _asked(request)))


def lock_and_read(
    connection: Connection,
    participant_id: UUID,
    request: TillRequest,
    *,
    offer_id: UUID,
    store: TillPlace,
    cashier: CashierAsked | None,
    alive_at: datetime,
) -> LockedLookup:
    """Lock the store's day, the cashier and the person, then read again: one round trip.

    Each statement has its own snapshot, taken after the locks were granted: what others may have
    changed until then is seen. A used code and a voucher take one round trip more. Lots that had
    expired by ``alive_at``, which is before the locks, are not read; the caller sorts out those
    that expired while it waited. The ``store`` is told as it is on the day on which the till asked.
    """
    driver = raw(connection)
    with driver.pipeline():
        # The merchant first, as whoever suspends or closes it has it before anything else.
        driver.execute(SHARE, [[request.merchant_id]])
        closed = ask_and_share(driver, store.merchant_id, store.store_no)
        cashiers = None if cashier is None else ask_and_hold(driver, cashier)
        locked = driver.execute(LOCK, [[participant_id]])
        found = driver.execute(_LOOK_UP, _asked(request))
        rows = _ask_for_buyer(driver, participant_id, offer_id, alive_at)
        stores = driver.execute(AT_TILL, store._asdict())
    totals, lookup, facts = totals_of(locked), _lookup(found), None
    at_the_till = (
        _at_till(stores),
        closed_until(closed),
        None if cashiers is None else told(cashiers),
    )
    if lookup.code is not None:
        redeemed = _redeemed(connection, lookup.code)
        facts = CaptureFacts(lookup.code, redeemed, _buyer(participant_id, rows))
    return LockedLookup(totals, lookup.earlier, facts, *at_the_till)


def read_buyer(
    connection: Connection, participant_id: UUID, offer_id: UUID, *, alive_at: datetime
) -> Buyer:
    """Offer, count, state and the lots alive then; the lock was a statement before."""
    driver = raw(connection)
    with driver.pipeline():
        rows = _ask_for_buyer(driver, participant_id, offer_id, alive_at)
    return _buyer(participant_id, rows)


def write_purchase(
    connection: Connection, decision: Decision, *, request: TillRequest | None, now: datetime
) -> bool:
    """Write a new redemption with its postings, and take the stock last.

    ``request`` None: nothing is captured yet. Whether a free stripe had enough stock: if not, the
    caller must take it by waiting, or give the whole transaction up. The stripe is locked last,
    so that it is held for the shortest time. Raises LostRace.
    """
    r, used = decision.redemption, None
    taking = {
        "participant_id": r.participant_id,
        "offer_id": r.offer_id,
        "quantity": r.quantity,
    }
    driver = raw(connection)
    with driver.pipeline():
        driver.execute(
            _REDEMPTION,
            [
                *(r.participant_id, r.redemption_id, r.merchant_id, r.offer_id, r.channel),
                *(r.quantity, r.points_each, r.settlement_fen_each, r.state, r.out_request_no),
                *(r.store_id, r.created_at, r.captured_at, r.expires_at, r.reversible_until),
                r.cashier_id,
            ],
        )
        driver.execute(_TAKEN, taking)
        if request is not None:
            _keep_request(driver, r, request, now)
        if request is not None and request.code_digest:
            used = use_code(driver, request.code_digest, r.redemption_id)
        posted = driver.execute(POST, arrays(decision.postings, now))
        ask_to_write(driver, [TOLD.of(r)], now=now)
        took = driver.execute(TAKE, taking)
    check_posted(posted, decision.postings)
    if used is not None:
        check_used(used)
    return took.fetchone() is not None


def write_capture_of_held(
    connection: Connection, decision: Decision, *, request: TillRequest, now: datetime
) -> None:
    """Turn a held redemption into a captured one; stock and count were taken when it was held."""
    captured = decision.redemption
    driver = raw(connection)
    with driver.pipeline():
        driver.execute(
            _CAPTURE_HELD,
            [
                *(captured.state, captured.out_request_no, captured.store_id),
                *(captured.captured_at, captured.reversible_until, captured.cashier_id),
                *(captured.participant_id, captured.redemption_id),
            ],
        )
        _keep_request(driver, captured, request, now)
        posted = driver.execute(POST, arrays(decision.postings, now))
        ask_to_write(driver, [TOLD.of(captured)], now=now)
    check_posted(posted, decision.postings)


def store_at_till(connection: Connection, place: TillPlace) -> StoreAtTill:
    """What the register says of a till's store."""
    return _at_till(raw(connection).execute(AT_TILL, place._asdict()))


def _at_till(rows: Rows) -> StoreAtTill:
    row = rows.fetchone()
    assert row is not None, "one row answers"
    return StoreAtTill(*row)


def _asked(request: TillRequest) -> Mapping[str, object]:
    return {
        "merchant_id": request.merchant_id,
        "out_request_no": request.out_request_no,
        "code_digest": request.code_digest,
    }


def _lookup(cursor: Rows) -> TillLookup:
    row = cursor.fetchone()
    assert row is not None
    return TillLookup(
        code=None if row[0] is None else TillCode(*row[:4]),
        earlier=None if row[4] is None else EarlierCapture(bytes(row[4]), row[5], row[6]),
    )


def _redeemed(connection: Connection, code: TillCode) -> Redemption | None:
    if code.redemption_id is None:
        return None
    redemption = get_redemption(connection, code.participant_id, code.redemption_id)
    assert redemption is not None, f"a code points at no redemption {code.redemption_id}"
    return redemption


def _ask_for_buyer(
    driver: Driver, participant_id: UUID, offer_id: UUID, alive_at: datetime
) -> tuple[Rows, Rows]:
    asked = {"participant_id": participant_id, "offer_id": offer_id}
    return driver.execute(_BUYER, asked), driver.execute(_LOTS, [participant_id, alive_at])


def _buyer(participant_id: UUID, rows: tuple[Rows, Rows]) -> Buyer:
    row = rows[0].fetchone()
    assert row is not None, "the participant is not enrolled"
    return Buyer(
        participant_id=participant_id,
        is_active=row[OFFER_WIDTH + 1],
        region=row[OFFER_WIDTH + 2],
        in_stock=row[OFFER_WIDTH + 3],
        offer=None if row[0] is None else offer_of(row),
        taken=row[OFFER_WIDTH],
        lots=[Lot(*lot) for lot in rows[1]],
    )


def _keep_request(
    driver: Driver, redemption: Redemption, request: TillRequest, now: datetime
) -> None:
    driver.execute(
        _REQUEST,
        [
            request.merchant_id,
            request.out_request_no,
            request.fingerprint,
            redemption.participant_id,
            redemption.redemption_id,
            now,
        ],
    )
