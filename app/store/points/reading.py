"""What a person's points are now: by the stored totals, the open lots and the read-time rules."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from behaviours.civil_time import civil_day

# One statement, so that all of it is one moment. Lots are read by expiry from now on: the cost
# depends on how many lots are open, not on how long the person has taken part.
_ACCOUNT = """
SELECT a.held, a.debt,
  a.held > 0 AND EXISTS (SELECT FROM redemption AS r WHERE r.participant_id = a.participant_id
    AND r.state = 'held' AND r.expires_at <= %(now)s) AS has_lapsed,
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

# In the order in which the sweep will give them back: hold by hold, the last lot used first.
_LAPSED = """
SELECT l.expires_at, -u.points FROM redemption AS r
JOIN points_lot_use AS u
  ON u.participant_id = r.participant_id AND u.transfer_id = r.redemption_id
JOIN points_lot AS l ON l.participant_id = u.participant_id AND l.lot_id = u.lot_id
WHERE r.participant_id = %(participant_id)s AND r.state = 'held' AND r.expires_at <= %(now)s
ORDER BY r.offer_id, r.redemption_id, l.expires_at DESC, l.available_at DESC, l.lot_id DESC
"""


def account(
    connection: Connection, participant_id: UUID, now: datetime, zone: tzinfo
) -> dict[str, Any]:
    """``{"available", "pending", "held", "debt", "expiring": [{"on", "points"}]}`` in points.

    ``expiring`` names the last civil day on which points are good, soonest first, pending ones
    included. A hold that has lapsed and waits for its sweep counts as let go, and pays an old
    debt as it will then. Somebody without an account has nothing.
    """
    asked = {"participant_id": participant_id, "now": now}
    rows = raw(connection).execute(_ACCOUNT, asked).fetchall()
    held, debt, has_lapsed = rows[0][:3] if rows else (0, 0, False)
    available = {row[3]: row[4] for row in rows if row[3] is not None}
    pending = {row[3]: row[5] for row in rows if row[3] is not None}
    if has_lapsed:
        for expires_at, points in raw(connection).execute(_LAPSED, asked):
            held -= points
            pays = min(debt, points)
            debt -= pays
            if expires_at > now:
                available[expires_at] = available.get(expires_at, 0) + points - pays
    by_expiry = {
        expires_at: available.get(expires_at, 0) + pending.get(expires_at, 0)
        for expires_at in sorted({*available, *pending})
    }
    return {
        "available": sum(available.values()),
        "pending": sum(pending.values()),
        "held": held,
        "debt": debt,
        "expiring": [
            {"on": _last_good_day(expires_at, zone), "points": points}
            for expires_at, points in by_expiry.items()
            if points
        ],
    }


def _last_good_day(expires_at: datetime, zone: tzinfo) -> str:
    return civil_day(expires_at - timedelta(microseconds=1), zone).isoformat()
