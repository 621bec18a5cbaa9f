"""Striped stock: taken from any stripe that has enough, put back into any."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw

# A till takes the first stripe that is free and full enough, in an order of its own, so that many
# tills do not queue. The lock and the change are one statement.
TAKE = """
UPDATE offer_stock SET remaining = remaining - %(quantity)s
WHERE offer_id = %(offer_id)s AND stripe = (
  SELECT stripe FROM offer_stock
  WHERE offer_id = %(offer_id)s AND remaining >= %(quantity)s
  ORDER BY random() LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
) RETURNING stripe
"""

# Nothing free had enough: wait for all stripes, in order, and look again.
_LOCK_ALL = """
SELECT stripe, remaining FROM offer_stock WHERE offer_id = %s ORDER BY stripe FOR NO KEY UPDATE
"""

_CHANGE = """
UPDATE offer_stock AS s SET remaining = s.remaining + c.change
FROM unnest(%s::smallint[], %s::int[]) AS c (stripe, change)
WHERE s.offer_id = %s AND s.stripe = c.stripe
"""

_PUT_BACK = """
UPDATE offer_stock SET remaining = remaining + %(quantity)s
WHERE offer_id = %(offer_id)s AND stripe = (
  SELECT stripe FROM offer_stock WHERE offer_id = %(offer_id)s
  ORDER BY random() LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
) RETURNING stripe
"""

_LEFT = "SELECT coalesce(sum(remaining), 0) FROM offer_stock WHERE offer_id = %s"

_ADD_STRIPES = """
INSERT INTO offer_stock (offer_id, stripe, remaining)
SELECT %s, s.stripe, s.remaining FROM unnest(%s::smallint[], %s::int[]) AS s (stripe, remaining)
"""


def open_stock(connection: Connection, offer_id: UUID, stripes: Sequence[int]) -> None:
    """The stripes of a new offer, with what lies in each."""
    raw(connection).execute(_ADD_STRIPES, [offer_id, list(range(len(stripes))), list(stripes)])


def take_waiting(connection: Connection, offer_id: UUID, quantity: int) -> int:
    """Take from several stripes if need be, waiting for those that others hold.

    Returns how many are missing; then nothing was taken. The last item is sold to somebody: who
    waits sees what the others left.
    """
    stripes = raw(connection).execute(_LOCK_ALL, [offer_id]).fetchall()
    return _take_across(connection, offer_id, stripes, quantity)


def put_back(connection: Connection, offer_id: UUID, quantity: int) -> None:
    """Return items to a free stripe, or to the first one after waiting for it."""
    driver = raw(connection)
    done = driver.execute(_PUT_BACK, {"offer_id": offer_id, "quantity": quantity}).fetchone()
    if done is None:
        stripes = driver.execute(_LOCK_ALL, [offer_id]).fetchall()
        driver.execute(_CHANGE, [[stripes[0][0]], [quantity], offer_id])


def change_stock(connection: Connection, offer_id: UUID, change: int) -> int:
    """Add to the stock, or take unsold items out; returns how many are missing for that."""
    if change >= 0:
        if change:
            put_back(connection, offer_id, change)
        return 0
    return take_waiting(connection, offer_id, -change)


def spread_stock(connection: Connection, offer_id: UUID, change: int) -> None:
    """Add to the stock in all its stripes alike."""
    assert change > 0, change
    stripes = raw(connection).execute(_LOCK_ALL, [offer_id]).fetchall()
    each, rest = divmod(change, len(stripes))
    parts = [each + (number < rest) for number in range(len(stripes))]
    raw(connection).execute(_CHANGE, [[stripe for stripe, _ in stripes], parts, offer_id])


def left_of(connection: Connection, offer_id: UUID) -> int:
    """How many items nobody has taken."""
    row = raw(connection).execute(_LEFT, [offer_id]).fetchone()
    assert row is not None
    return int(row[0])


def _take_across(
    connection: Connection, offer_id: UUID, stripes: Sequence[tuple[int, int]], quantity: int
) -> int:
    changes = {}
    for stripe, remaining in stripes:
        part = min(remaining, quantity)
        if part:
            changes[stripe] = -part
            quantity -= part
    if not quantity:
        raw(connection).execute(_CHANGE, [list(changes), list(changes.values()), offer_id])
    return quantity
