"""What a person's points are now: by the stored totals, the open lots and the read-time rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from app.store.points.connection import raw

PROGRAMME_ZONE = ZoneInfo("Asia/Shanghai")

# One statement, so that all of it is one moment. Lots are read by expiry from now on: the cost
# depends on how many lots are open, not on how long the person has taken part. A hold that has
# lapsed and waits for its sweep counts as let go; somebody without holds does not pay for that.
_ACCOUNT = """
SELECT a.held, a.debt, g.expires_at, g.available, g.pending, g.lapsed
FROM points_account AS a
LEFT JOIN LATERAL (
  SELECT x.expires_at, sum(x.available) AS available, sum(x.pending) AS pending,
    sum(x.lapsed) AS lapsed
  FROM (
    SELECT l.expires_at,
      CASE WHEN l.available_at <= %(now)s THEN l.remaining ELSE 0 END AS available,
      CASE WHEN l.available_at > %(now)s THEN l.remaining ELSE 0 END AS pending,
      0 AS lapsed
    FROM points_lot AS l
    WHERE l.participant_id = a.participant_id AND l.expires_at > %(now)s AND l.remaining > 0
    UNION ALL
    SELECT l.expires_at, CASE WHEN l.expires_at > %(now)s THEN -u.points ELSE 0 END, 0, -u.points
    FROM redemption AS r
    JOIN points_lot_use AS u
      ON u.participant_id = r.participant_id AND u.transfer_id = r.redemption_id
    JOIN points_lot AS l ON l.participant_id = u.participant_id AND l.lot_id = u.lot_id
    WHERE a.held > 0 AND r.participant_id = a.participant_id
      AND r.state = 'held' AND r.expires_at <= %(now)s
  ) AS x GROUP BY x.expires_at
) AS g ON true
WHERE a.participant_id = %(participant_id)s
ORDER BY g.expires_at
"""


def account(
    books: Connection, participant_id: UUID, now: datetime, zone: ZoneInfo = PROGRAMME_ZONE
) -> dict[str, Any]:
    """``{"available", "pending", "held", "debt", "expiring": [{"on", "points"}]}`` in points.

    ``expiring`` names the last civil day on which points are good, soonest first, pending ones
    included. Somebody without an account has nothing.
    """
    rows = raw(books).execute(_ACCOUNT, {"participant_id": participant_id, "now": now}).fetchall()
    lapsed = sum(int(row[5] or 0) for row in rows)
    return {
        "available": sum(int(row[3] or 0) for row in rows),
        "pending": sum(int(row[4] or 0) for row in rows),
        "held": rows[0][0] - lapsed if rows else 0,
        "debt": rows[0][1] if rows else 0,
        "expiring": [
            {"on": _last_good_day(row[2], zone), "points": int(row[3] + row[4])}
            for row in rows
            if row[2] is not None and row[3] + row[4] > 0
        ],
    }


def _last_good_day(expires_at: datetime, zone: ZoneInfo) -> str:
    return (expires_at - timedelta(microseconds=1)).astimezone(zone).date().isoformat()
