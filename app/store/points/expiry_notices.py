"""Lots that expire soon, and who was told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from app.store.events.gathering import moved
from rewards.points.expiry_notice import ExpiringLot, ExpiryNotice

# Along the index of open lots, from where the last page ended.
_PAGE = """
SELECT expires_at, participant_id FROM points_lot
WHERE is_open AND expires_at > %(now)s AND expires_at <= %(until)s
  AND (expires_at, participant_id) > (coalesce(%(at)s, '-infinity'::timestamptz), %(person)s)
ORDER BY expires_at, participant_id LIMIT %(most)s
"""
# Who is told by somebody else at this moment is waited for, and not told again.
_TELL = """
INSERT INTO points_expiry_notice (participant_id, expires_on, told_at)
SELECT n.participant_id, n.expires_on, %(now)s
FROM unnest(%(people)s::uuid[], %(days)s::date[]) AS n (participant_id, expires_on)
WHERE NOT EXISTS (SELECT FROM points_expiry_notice AS t
                  WHERE t.participant_id = n.participant_id AND t.expires_on = n.expires_on)
ORDER BY n.participant_id, n.expires_on
ON CONFLICT DO NOTHING RETURNING participant_id, expires_on
"""


def expiring_lots(
    connection: Connection,
    *,
    after: ExpiringLot | None,
    now: datetime,
    until: datetime,
    most: int,
) -> list[ExpiringLot]:
    """Open lots that expire until a moment, in order, after the last that was looked at."""
    given = {
        "now": now,
        "until": until,
        "at": after and after.expires_at,
        "person": after.participant_id if after else UUID(int=0),
        "most": most,
    }
    return [ExpiringLot(*row) for row in raw(connection).execute(_PAGE, given)]


def tell_expiries(
    connection: Connection, notices: Sequence[ExpiryNotice], *, now: datetime
) -> list[ExpiryNotice]:
    """Keep those that were not told before, each with its event; these."""
    given = {
        "people": [each.participant_id for each in notices],
        "days": [each.expires_on for each in notices],
        "now": now,
    }
    told = [ExpiryNotice(*row) for row in raw(connection).execute(_TELL, given)]
    moved(*told)
    return told
