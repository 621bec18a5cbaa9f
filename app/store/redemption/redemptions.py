"""Redemptions read and closed: by id, by the till's number, by person; reversals and lapses."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from app.store.redemption.rows import REDEMPTION_COLUMNS, redemption_of
from rewards.ledger.points import LotUse
from rewards.redemption.redemption import Redemption, Reversal

_ONE = f"""
SELECT {REDEMPTION_COLUMNS} FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.participant_id = %s AND r.redemption_id = %s
"""

_BY_REQUEST = f"""
SELECT {REDEMPTION_COLUMNS}
FROM till_request AS t
JOIN redemption AS r ON (r.participant_id, r.redemption_id) = (t.participant_id, t.redemption_id)
JOIN offer AS o USING (offer_id)
WHERE t.merchant_id = %s AND t.out_request_no = %s
"""

_OF_PERSON = f"""
SELECT {REDEMPTION_COLUMNS} FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.participant_id = %(participant_id)s
  AND (%(before)s::uuid IS NULL OR r.redemption_id < %(before)s::uuid)
ORDER BY r.redemption_id DESC LIMIT %(limit)s
"""

# Ordered as they were taken: the spend (or the hold) took the lots first-expiring first.
_SPENT = """
SELECT u.lot_id, u.points FROM points_lot_use AS u
JOIN points_lot AS l USING (participant_id, lot_id)
WHERE u.participant_id = %s AND u.transfer_id = %s
ORDER BY l.expires_at, l.available_at, l.lot_id
"""

_GIVEN_BACK = """
SELECT u.lot_id, u.points FROM redemption_reversal AS v
JOIN points_lot_use AS u
  ON u.participant_id = v.participant_id AND u.transfer_id = v.reversal_id
WHERE v.participant_id = %s AND v.redemption_id = %s
"""

_CLOSE = """
UPDATE redemption SET state = %s, closed_at = %s
WHERE participant_id = %s AND redemption_id = %s AND state = 'held'
"""

_REVERSE = """
WITH reversal AS (
  INSERT INTO redemption_reversal (participant_id, reversal_id, redemption_id, merchant_id,
    quantity, points, settlement_fen, reversed_at)
  VALUES (%(participant_id)s, %(reversal_id)s, %(redemption_id)s, %(merchant_id)s,
    %(quantity)s, %(points)s, %(settlement_fen)s, %(now)s)
)
UPDATE redemption SET state = %(state)s, reversed_quantity = reversed_quantity + %(quantity)s,
  closed_at = CASE WHEN %(state)s = 'reversed' THEN %(now)s ELSE closed_at END
WHERE participant_id = %(participant_id)s AND redemption_id = %(redemption_id)s
"""

_UNCOUNT = """
UPDATE offer_taken SET quantity = quantity - %s WHERE participant_id = %s AND offer_id = %s
"""

_LAPSED = """
SELECT DISTINCT participant_id FROM (
  SELECT participant_id FROM redemption WHERE state = 'held' AND expires_at <= %s
  ORDER BY expires_at, participant_id LIMIT %s
) AS lapsed
"""

# By offer, so that two sweeps take stock rows in one order.
_LAPSED_OF_PERSON = f"""
SELECT {REDEMPTION_COLUMNS} FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.participant_id = %s AND r.state = 'held' AND r.expires_at <= %s
ORDER BY r.offer_id, r.redemption_id
"""


@dataclass(frozen=True, slots=True)
class Paid:
    """The lots that paid a redemption, and what reversals already gave back to them."""

    spent: list[LotUse]
    given_back: list[LotUse]


def get(connection: Connection, participant_id: UUID, redemption_id: UUID) -> Redemption | None:
    row = raw(connection).execute(_ONE, [participant_id, redemption_id]).fetchone()
    return None if row is None else redemption_of(row)


def by_request(connection: Connection, merchant_id: UUID, out_request_no: str) -> Redemption | None:
    row = raw(connection).execute(_BY_REQUEST, [merchant_id, out_request_no]).fetchone()
    return None if row is None else redemption_of(row)


def of_person(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[Redemption]:
    """A person's redemptions, newest first."""
    rows = raw(connection).execute(
        _OF_PERSON, {"participant_id": participant_id, "before": before, "limit": limit}
    )
    return [redemption_of(row) for row in rows]


def paid(connection: Connection, participant_id: UUID, redemption_id: UUID) -> Paid:
    """The transfer that took the points carries the redemption's id."""
    driver = raw(connection)
    with driver.pipeline():
        spent = driver.execute(_SPENT, [participant_id, redemption_id])
        given_back = driver.execute(_GIVEN_BACK, [participant_id, redemption_id])
    return Paid([LotUse(*row) for row in spent], [LotUse(*row) for row in given_back])


def close_held(
    connection: Connection, redemption: Redemption, *, state: str, now: datetime
) -> None:
    """Let a hold go (``released`` or ``expired``), and the person's count with it."""
    closed = raw(connection).execute(
        _CLOSE, [state, now, redemption.participant_id, redemption.redemption_id]
    )
    assert closed.rowcount == 1, f"{redemption.redemption_id} is not held"
    _uncount(connection, redemption, redemption.quantity)


def write_reversal(
    connection: Connection,
    redemption: Redemption,
    reversal: Reversal,
    *,
    reversal_id: UUID,
    now: datetime,
) -> None:
    raw(connection).execute(
        _REVERSE,
        {
            "participant_id": redemption.participant_id,
            "reversal_id": reversal_id,
            "redemption_id": redemption.redemption_id,
            "merchant_id": redemption.merchant_id,
            "quantity": reversal.quantity,
            "points": reversal.points,
            "settlement_fen": reversal.settlement_fen,
            "state": reversal.state,
            "now": now,
        },
    )
    _uncount(connection, redemption, reversal.quantity)


def people_with_lapsed_holds(connection: Connection, *, now: datetime, holds: int) -> list[UUID]:
    """The people of the first ``holds`` redemptions that are held and out of time."""
    return [row[0] for row in raw(connection).execute(_LAPSED, [now, holds])]


def lapsed_holds_of(
    connection: Connection, participant_id: UUID, *, now: datetime
) -> list[Redemption]:
    return [
        redemption_of(row)
        for row in raw(connection).execute(_LAPSED_OF_PERSON, [participant_id, now])
    ]


def _uncount(connection: Connection, redemption: Redemption, quantity: int) -> None:
    raw(connection).execute(_UNCOUNT, [quantity, redemption.participant_id, redemption.offer_id])
