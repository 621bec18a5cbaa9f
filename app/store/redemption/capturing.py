"""The statements of a capture: find, lock and read, write. Three round trips in all."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import Connection

from app.store.driver import raw
from app.store.points.accounts import LOCK, Account
from app.store.points.posting import POST, arrays, check_posted
from app.store.redemption.codes import Code
from app.store.redemption.rows import OFFER_COLUMNS, OFFER_WIDTH, offer_of
from app.store.redemption.stock import TAKE
from rewards.ledger.points import PointsPosting
from rewards.points.lots import Lot
from rewards.redemption.offer import Offer
from rewards.redemption.redemption import Redemption

# Whatever this till request and this code are known for, before anything is locked.
_FIND = """
SELECT c.participant_id, c.offer_id, c.expires_at, c.redemption_id,
  t.fingerprint, t.participant_id, t.redemption_id
FROM (SELECT 1) AS one
LEFT JOIN till_code AS c ON c.code_digest = %(code_digest)s
LEFT JOIN till_request AS t
  ON t.merchant_id = %(merchant_id)s AND t.out_request_no = %(out_request_no)s
"""

_STANDING = f"""
SELECT {OFFER_COLUMNS}, coalesce(k.quantity, 0), p.state = 'active'
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

_REDEMPTION = """
INSERT INTO redemption (participant_id, redemption_id, merchant_id, offer_id, channel, quantity,
  points_each, settlement_fen_each, state, out_request_no, store_id, created_at, captured_at,
  expires_at, reversible_until)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

_CAPTURE_HELD = """
UPDATE redemption SET state = %s, out_request_no = %s, store_id = %s, captured_at = %s,
  reversible_until = %s
WHERE participant_id = %s AND redemption_id = %s
"""

_REQUEST = """
INSERT INTO till_request (merchant_id, out_request_no, fingerprint, participant_id,
  redemption_id, created_at)
VALUES (%s, %s, %s, %s, %s, %s)
"""

_USE_CODE = "UPDATE till_code SET redemption_id = %s WHERE code_digest = %s"


Rows = psycopg.Cursor[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Request:
    """An earlier capture under the same number: what was asked, and what came of it."""

    fingerprint: bytes
    participant_id: UUID
    redemption_id: UUID


@dataclass(frozen=True, slots=True)
class Found:
    code: Code | None
    request: Request | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a person may take an offer, read under the person's lock."""

    offer: Offer | None
    taken: int
    is_active: bool
    lots: list[Lot]


@dataclass(frozen=True, slots=True)
class Locked:
    account: Account
    found: Found
    standing: Standing


def find(
    connection: Connection, *, merchant_id: UUID, out_request_no: str, code_digest: bytes
) -> Found:
    """The code and the earlier request, as far as there are any."""
    asked = _asked(merchant_id, out_request_no, code_digest)
    return _found(raw(connection).execute(_FIND, asked))


def lock_and_read(
    connection: Connection,
    participant_id: UUID,
    *,
    merchant_id: UUID,
    offer_id: UUID,
    out_request_no: str,
    code_digest: bytes,
    now: datetime,
) -> Locked:
    """Lock the person, then read again what others may have changed until then: one round trip.

    Each statement has its own snapshot, taken after the lock was granted.
    """
    driver = raw(connection)
    with driver.pipeline():
        account = driver.execute(LOCK, [[participant_id]])
        found = driver.execute(_FIND, _asked(merchant_id, out_request_no, code_digest))
        standing = driver.execute(
            _STANDING, {"participant_id": participant_id, "offer_id": offer_id}
        )
        lots = driver.execute(_LOTS, [participant_id, now])
    return Locked(_account(account), _found(found), _standing(standing, lots))


def lock_person(connection: Connection, participant_id: UUID) -> Account:
    """The lock under which a person's points, codes and redemptions change."""
    return _account(raw(connection).execute(LOCK, [[participant_id]]))


def read_standing(
    connection: Connection, participant_id: UUID, offer_id: UUID, *, now: datetime
) -> Standing:
    """Offer, count, state and spendable lots; the lock was a statement before."""
    driver = raw(connection)
    with driver.pipeline():
        standing = driver.execute(
            _STANDING, {"participant_id": participant_id, "offer_id": offer_id}
        )
        lots = driver.execute(_LOTS, [participant_id, now])
    return _standing(standing, lots)


def _asked(merchant_id: UUID, out_request_no: str, code_digest: bytes) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "out_request_no": out_request_no,
        "code_digest": code_digest,
    }


def _account(cursor: Rows) -> Account:
    row = cursor.fetchone()
    assert row is not None, "the participant has no points account"
    return Account(*row[1:])


def _found(cursor: Rows) -> Found:
    row = cursor.fetchone()
    assert row is not None
    return Found(
        code=None if row[0] is None else Code(*row[:4]),
        request=None if row[4] is None else Request(bytes(row[4]), row[5], row[6]),
    )


def _standing(cursor: Rows, lots: Rows) -> Standing:
    row = cursor.fetchone()
    assert row is not None, "the participant is not enrolled"
    return Standing(
        offer=None if row[0] is None else offer_of(row),
        taken=row[OFFER_WIDTH],
        is_active=row[OFFER_WIDTH + 1],
        lots=[Lot(*lot) for lot in lots],
    )


def write_redemption(
    connection: Connection,
    redemption: Redemption,
    postings: Sequence[PointsPosting],
    *,
    code_digest: bytes | None,
    fingerprint: bytes | None,
    now: datetime,
) -> bool:
    """Write a new redemption with its postings, and take the stock last.

    Whether a free stripe had enough stock: if not, the caller must take it by waiting, or give
    the whole transaction up. The stripe is locked last, so that it is held for the shortest time.
    """
    r = redemption
    driver = raw(connection)
    with driver.pipeline():
        driver.execute(
            _REDEMPTION,
            [
                *(r.participant_id, r.redemption_id, r.merchant_id, r.offer_id, r.channel),
                *(r.quantity, r.points_each, r.settlement_fen_each, r.state, r.out_request_no),
                *(r.store_id, r.created_at, r.captured_at, r.expires_at, r.reversible_until),
            ],
        )
        taking = {
            "participant_id": r.participant_id,
            "offer_id": r.offer_id,
            "quantity": r.quantity,
        }
        driver.execute(_TAKEN, taking)
        if r.out_request_no is not None:
            _request(connection, r, fingerprint, now)
        if code_digest is not None:
            driver.execute(_USE_CODE, [r.redemption_id, code_digest])
        posted = driver.execute(POST, arrays(postings, now))
        took = driver.execute(TAKE, taking)
    check_posted(posted, postings)
    return took.fetchone() is not None


def write_capture_of_held(
    connection: Connection,
    captured: Redemption,
    postings: Sequence[PointsPosting],
    *,
    fingerprint: bytes,
    now: datetime,
) -> None:
    """Turn a held redemption into a captured one; stock and count were taken when it was held."""
    driver = raw(connection)
    with driver.pipeline():
        driver.execute(
            _CAPTURE_HELD,
            [
                *(captured.state, captured.out_request_no, captured.store_id),
                *(captured.captured_at, captured.reversible_until),
                *(captured.participant_id, captured.redemption_id),
            ],
        )
        _request(connection, captured, fingerprint, now)
        posted = driver.execute(POST, arrays(postings, now))
    check_posted(posted, postings)


def _request(
    connection: Connection, redemption: Redemption, fingerprint: bytes | None, now: datetime
) -> None:
    raw(connection).execute(
        _REQUEST,
        [
            redemption.merchant_id,
            redemption.out_request_no,
            fingerprint,
            redemption.participant_id,
            redemption.redemption_id,
            now,
        ],
    )
