"""Who has lots that ran out and were not yet swept."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.expiry import OwnedLot
from rewards.points.lots import Lot

# The index on due lots gives the oldest first; whole people, because the limit is on lots here
# and the caller takes every due lot of whom it finds.
_PEOPLE = """
SELECT DISTINCT participant_id FROM (
  SELECT participant_id FROM points_lot WHERE is_open AND expires_at <= %s
  ORDER BY expires_at, participant_id LIMIT %s
) AS due
"""

_LOTS = """
SELECT participant_id, lot_id, available_at, expires_at, remaining FROM points_lot
WHERE participant_id = ANY(%s) AND remaining > 0 AND expires_at <= %s
ORDER BY participant_id, expires_at, lot_id
"""


def people_with_due_lots(connection: Connection, *, now: datetime, lots: int) -> list[UUID]:
    """The people of the first ``lots`` due lots."""
    return [row[0] for row in raw(connection).execute(_PEOPLE, [now, lots])]


def due_lots(
    connection: Connection, participant_ids: list[UUID], *, now: datetime
) -> list[OwnedLot]:
    """Every due lot of these people, with whose it is; their accounts are locked before."""
    return [
        OwnedLot(row[0], Lot(*row[1:]))
        for row in raw(connection).execute(_LOTS, [participant_ids, now])
    ]
