"""Redemptions read: by id, by the till's number, by person; what lapsed; and which lots paid."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Driver, Rows, raw
from app.store.points.accounts import LOCK, totals_of
from app.store.redemption.rows import LAPSED, REDEMPTION_COLUMNS, redemption_of
from rewards.ledger.points import LotUse
from rewards.points.balance import PointsTotals
from rewards.redemption.redemption import Redemption
from rewards.redemption.undoing import Payment

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

# Of the days and the stores that are asked about, by the index of the merchant's sales or of one
# store's. A page goes on before a sale, by its moment and id.
_SOLD = f"""
SELECT {REDEMPTION_COLUMNS} FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.merchant_id = %(merchant_id)s
  AND r.captured_at >= %(since)s AND r.captured_at < %(until)s
  AND (%(stores)s::text[] IS NULL OR r.store_id = ANY(%(stores)s::text[]))
  AND (%(cashier_id)s::uuid IS NULL OR r.cashier_id = %(cashier_id)s::uuid)
  AND (%(sold_at)s::timestamptz IS NULL
    OR (r.captured_at, r.redemption_id) < (%(sold_at)s::timestamptz, %(before)s::uuid))
ORDER BY r.captured_at DESC, r.redemption_id DESC LIMIT %(most)s
"""

# Ordered as they were taken: the spend (or the hold) took the lots first-expiring first.
_SPENT = """
SELECT u.lot_id, u.points, l.expires_at FROM points_lot_use AS u
JOIN points_lot AS l USING (participant_id, lot_id)
WHERE u.participant_id = %s AND u.transfer_id = %s
ORDER BY l.expires_at, l.available_at, l.lot_id
"""

_RETURNED = """
SELECT u.lot_id, u.points FROM redemption_reversal AS v
JOIN points_lot_use AS u
  ON u.participant_id = v.participant_id AND u.transfer_id = v.reversal_id
WHERE v.participant_id = %s AND v.redemption_id = %s
"""

_PEOPLE_WITH_LAPSED = f"""
SELECT DISTINCT participant_id FROM (
  SELECT participant_id FROM redemption AS r WHERE {LAPSED}
  ORDER BY expires_at, participant_id LIMIT %(holds)s
) AS lapsed
"""

# By offer, so that two sweeps take stock rows in one order.
_LAPSED_OF_PERSON = f"""
SELECT {REDEMPTION_COLUMNS} FROM redemption AS r JOIN offer AS o USING (offer_id)
WHERE r.participant_id = %(participant_id)s AND {LAPSED}
ORDER BY r.offer_id, r.redemption_id
"""


@dataclass(frozen=True, slots=True)
class LockedRedemption:
    """A redemption under its person's lock, with what paid it; None when there is none."""

    totals: PointsTotals
    redemption: Redemption | None
    payment: Payment


class SoldFilter(NamedTuple):
    """Which sales of a merchant: of a stretch of time, of some stores (None: of all), by one
    cashier (None: by whomever), sold before one of a moment and an id."""

    merchant_id: UUID
    since: datetime
    until: datetime
    stores: Sequence[str] | None
    cashier_id: UUID | None
    after: tuple[datetime, UUID] | None


def get_redemption(
    connection: Connection, participant_id: UUID, redemption_id: UUID
) -> Redemption | None:
    row = raw(connection).execute(_ONE, [participant_id, redemption_id]).fetchone()
    return None if row is None else redemption_of(row)


def lock_redemption(
    connection: Connection, participant_id: UUID, redemption_id: UUID
) -> LockedRedemption:
    """Lock the person, then read one of their redemptions and its payment: one round trip."""
    driver = raw(connection)
    with driver.pipeline():
        locked = driver.execute(LOCK, [[participant_id]])
        found = driver.execute(_ONE, [participant_id, redemption_id])
        uses = _ask_for_payment(driver, participant_id, redemption_id)
    row = found.fetchone()
    redemption = None if row is None else redemption_of(row)
    return LockedRedemption(totals_of(locked), redemption, _payment(uses))


def payment_of(connection: Connection, participant_id: UUID, redemption_id: UUID) -> Payment:
    """The transfer that took the points carries the redemption's id."""
    driver = raw(connection)
    with driver.pipeline():
        uses = _ask_for_payment(driver, participant_id, redemption_id)
    return _payment(uses)


def by_request(connection: Connection, merchant_id: UUID, out_request_no: str) -> Redemption | None:
    """What a merchant's own request number came to."""
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


def sold(connection: Connection, wanted: SoldFilter, *, most: int) -> list[Redemption]:
    """What a merchant sold, newest first, with what was taken back of it since."""
    sold_at, before = wanted.after or (None, None)
    asked = {
        **wanted._asdict(),
        "stores": None if wanted.stores is None else list(wanted.stores),
        "sold_at": sold_at,
        "before": before,
        "most": most,
    }
    return [redemption_of(row) for row in raw(connection).execute(_SOLD, asked)]


def people_with_lapsed_holds(connection: Connection, *, now: datetime, holds: int) -> list[UUID]:
    """The people of the first ``holds`` redemptions that are held and out of time."""
    asked = {"now": now, "holds": holds}
    return [row[0] for row in raw(connection).execute(_PEOPLE_WITH_LAPSED, asked)]


def lapsed_holds_of(
    connection: Connection, participant_id: UUID, *, now: datetime
) -> list[Redemption]:
    """A person's holds whose time is over, in the order of their offers."""
    asked = {"participant_id": participant_id, "now": now}
    return [redemption_of(row) for row in raw(connection).execute(_LAPSED_OF_PERSON, asked)]


def _ask_for_payment(
    driver: Driver, participant_id: UUID, redemption_id: UUID
) -> tuple[Rows, Rows]:
    asked = [participant_id, redemption_id]
    return driver.execute(_SPENT, asked), driver.execute(_RETURNED, asked)


def _payment(uses: tuple[Rows, Rows]) -> Payment:
    spent, returned = uses[0].fetchall(), uses[1]
    return Payment(
        [LotUse(*row[:2]) for row in spent],
        [LotUse(*row) for row in returned],
        {row[0]: row[2] for row in spent},
    )
