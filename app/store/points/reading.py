"""What a person's points are at a moment: stored totals, open lots, and holds that lapsed."""

# ruff: noqa: S608 - these statements are put together from constants of this package only

from __future__ import annotations

from datetime import datetime, tzinfo
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.balance import Balance, OpenPoints, ReturningPoints, balance_of
from rewards.redemption.redemption import HELD

# ``Redemption.has_lapsed``, of a row of ``redemption AS r``.
_HAS_LAPSED = f"r.state = '{HELD}' AND r.expires_at <= %(now)s"

# One statement, so that all of it is one moment. Lots are read by expiry from now on: the cost
# depends on how many lots are open, not on how long the person has taken part.
_ACCOUNT = f"""
SELECT a.held, a.debt,
  a.held > 0 AND EXISTS (SELECT FROM redemption AS r WHERE r.participant_id = a.participant_id
    AND {_HAS_LAPSED}) AS has_lapsed,
  g.expires_at, coalesce(g.available, 0), coalesce(g.pending, 0)
FROM points_account AS a
LEFT JOIN LATERAL (
  SELECT l.expires_at,
    sum(CASE WHEN l.available_at <= %(now)s THEN l.remaining ELSE 0 END)::bigint AS available,
    sum(CASE WHEN l.available_at > %(now)s THEN l.remaining ELSE 0 END)::bigint AS pending
  FROM points_lot AS l
  WHERE l.participant_id = a.participant_id AND l.expires_at > %(now)s AND l.remaining > 0
  GROUP BY l.expires_at
) AS g ON true
WHERE a.participant_id = %(participant_id)s
"""

# In the order in which the sweep will return them: hold by hold, the last lot used first.
_LAPSED = f"""
SELECT l.expires_at, -u.points FROM redemption AS r
JOIN points_lot_use AS u
  ON u.participant_id = r.participant_id AND u.transfer_id = r.redemption_id
JOIN points_lot AS l ON l.participant_id = u.participant_id AND l.lot_id = u.lot_id
WHERE r.participant_id = %(participant_id)s AND {_HAS_LAPSED}
ORDER BY r.offer_id, r.redemption_id, l.expires_at DESC, l.available_at DESC, l.lot_id DESC
"""


def balance(
    connection: Connection, participant_id: UUID, *, now: datetime, zone: tzinfo
) -> Balance:
    """A person's points in the civil days of ``zone``; somebody without an account has nothing."""
    asked = {"participant_id": participant_id, "now": now}
    rows = raw(connection).execute(_ACCOUNT, asked).fetchall()
    held, debt, has_lapsed = rows[0][:3] if rows else (0, 0, False)
    returning = raw(connection).execute(_LAPSED, asked).fetchall() if has_lapsed else []
    return balance_of(
        [OpenPoints(*row[3:]) for row in rows if row[3] is not None],
        held=held,
        debt=debt,
        returning=[ReturningPoints(*row) for row in returning],
        now=now,
        zone=zone,
    )
