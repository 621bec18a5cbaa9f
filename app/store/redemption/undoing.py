"""The writing of ended holds and reversals: redemption, points, count and stock together."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from app.event_types import EVENTS_OF
from app.store.driver import Driver, raw
from app.store.events.writing import ask_to_write
from app.store.points.adjusting import widen_lot
from app.store.points.posting import POST, arrays, check_posted
from app.store.redemption.counting import uncount_sale
from app.store.redemption.pools import ask_for_codes_back
from app.store.redemption.stock import put_back
from rewards.redemption.redemption import HELD, Redemption
from rewards.redemption.undoing import EndedHold, ReversedSale

_END = f"""
UPDATE redemption SET state = %s, closed_at = %s
WHERE participant_id = %s AND redemption_id = %s AND state = '{HELD}'
"""

_REVERSE = """
WITH reversal AS (
  INSERT INTO redemption_reversal (participant_id, reversal_id, redemption_id, merchant_id,
    quantity, points, settlement_fen, reversed_at, reason_code, reason, reversed_by, cashier_id)
  VALUES (%(participant_id)s, %(reversal_id)s, %(redemption_id)s, %(merchant_id)s,
    %(quantity)s, %(points)s, %(settlement_fen)s, %(now)s, %(reason_code)s, %(reason)s, %(by)s,
    %(cashier_id)s)
)
UPDATE redemption SET state = %(state)s, reversed_quantity = %(reversed_quantity)s,
  closed_at = %(closed_at)s
WHERE participant_id = %(participant_id)s AND redemption_id = %(redemption_id)s
"""

_UNCOUNT = """
UPDATE offer_taken SET quantity = quantity - %s WHERE participant_id = %s AND offer_id = %s
"""


def write_ended_hold(connection: Connection, ended: EndedHold, *, now: datetime) -> None:
    """Close a hold; its points, its items and its place in the person's count return."""
    r = ended.redemption
    driver = raw(connection)
    with driver.pipeline():
        closed = driver.execute(_END, [r.state, r.closed_at, r.participant_id, r.redemption_id])
        _uncount(driver, r, r.quantity)
        posted = driver.execute(POST, arrays(ended.postings, now))
        ask_to_write(driver, [EVENTS_OF[Redemption].of(r)], now=now)
    assert closed.rowcount == 1, f"{r.redemption_id} is not held"
    check_posted(posted, ended.postings)
    put_back(connection, r.offer_id, r.quantity)
    uncount_sale(driver, r.redemption_id, r.quantity)


def write_reversal(connection: Connection, reversed_sale: ReversedSale, *, now: datetime) -> None:
    """A reversal in its own row; points, items and the person's count return with it.

    A code of a pool that is not handed out again is no item any more.
    """
    reversal, r = reversed_sale.reversal, reversed_sale.reversal.redemption
    if reversed_sale.new_lot is not None and reversed_sale.late_points:
        lot_id, *window = reversed_sale.new_lot
        widen_lot(
            connection, r.participant_id, lot_id, (window[0], window[1]), reversed_sale.late_points
        )
    driver = raw(connection)
    with driver.pipeline():
        driver.execute(
            _REVERSE,
            {
                "participant_id": r.participant_id,
                "reversal_id": reversed_sale.reversal_id,
                "redemption_id": r.redemption_id,
                "merchant_id": r.merchant_id,
                "quantity": reversal.quantity,
                "points": reversal.points,
                "settlement_fen": reversal.settlement_fen,
                "state": r.state,
                "reversed_quantity": r.reversed_quantity,
                "closed_at": r.closed_at,
                "now": now,
                **r.taken_back[-1].why._asdict(),
            },
        )
        _uncount(driver, r, reversal.quantity)
        posted = driver.execute(POST, arrays(reversed_sale.postings, now))
        ask_to_write(driver, [EVENTS_OF[Redemption].of(r)], now=now)
        codes = ask_for_codes_back(driver, r, reversal.quantity, now=now)
    check_posted(posted, reversed_sale.postings)
    spoilt = sum(is_spoilt for (is_spoilt,) in codes)
    if spoilt < reversal.quantity:
        put_back(connection, r.offer_id, reversal.quantity - spoilt)
    uncount_sale(driver, r.redemption_id, reversal.quantity)


def _uncount(driver: Driver, redemption: Redemption, quantity: int) -> None:
    driver.execute(_UNCOUNT, [quantity, redemption.participant_id, redemption.offer_id])
