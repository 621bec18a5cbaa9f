"""Adjustments by hand: the lot that takes what is given, and what is kept of each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from app.store.inserting import insert_in_order
from rewards.ledger.points import CLAWBACK, EXPIRE, EXPIRED
from rewards.points.adjustment import REINSTATED, Adjustment
from rewards.points.lots import Lot

# The posting puts the points in; what was granted of a lot is never less than what is in it.
_LOT = """
INSERT INTO points_lot (participant_id, lot_id, available_at, expires_at, granted, remaining)
VALUES (%s, %s, %s, %s, %s, 0)
ON CONFLICT (participant_id, available_at, expires_at) DO UPDATE
SET granted = points_lot.granted + excluded.granted
RETURNING lot_id
"""
_LOTS = """
SELECT lot_id, available_at, expires_at, remaining FROM points_lot
WHERE participant_id = %s AND expires_at > %s AND remaining > 0
ORDER BY expires_at, available_at, lot_id
"""
_OF_DATES = """
SELECT lot_id FROM points_lot
WHERE participant_id = %s AND available_at = %s AND expires_at = %s
"""
# What expired, less what of it was taken back with its action or given back by hand.
_EXPIRED = f"""
SELECT coalesce(sum(CASE kind WHEN '{EXPIRE}' THEN points ELSE -points END), 0)::bigint
  - coalesce((SELECT sum(j.points) FROM points_adjustment AS j
              WHERE j.participant_id = %(person)s AND j.ground = '{REINSTATED}'), 0)::bigint
FROM points_transfer
WHERE participant_id = %(person)s
  AND (kind = '{EXPIRE}' OR kind = '{CLAWBACK}' AND credit_account = '{EXPIRED}')
"""  # noqa: S608 - constants of the book
_COLUMNS = (
    *("adjustment_id", "participant_id", "points", "ground", "reason", "asked"),
    *("adjusted_by", "adjusted_at"),
)
_KEEP = insert_in_order("points_adjustment", _COLUMNS)
_KEPT = f"""
SELECT {", ".join(_COLUMNS)} FROM points_adjustment
WHERE participant_id = %s AND adjustment_id = ANY(%s)
"""  # noqa: S608 - only names of this file


def widen_lot(
    connection: Connection,
    participant_id: UUID,
    lot_id: UUID,
    window: tuple[datetime, datetime],
    points: int,
) -> UUID:
    """The lot of these dates, which may be a new one, with room for so many points more."""
    row = raw(connection).execute(_LOT, [participant_id, lot_id, *window, points]).fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def lot_of_dates(
    connection: Connection, participant_id: UUID, window: tuple[datetime, datetime]
) -> UUID | None:
    """The person's lot of just these dates; the account is locked."""
    row = raw(connection).execute(_OF_DATES, [participant_id, *window]).fetchone()
    return None if row is None else row[0]


def open_lots(connection: Connection, participant_id: UUID, *, now: datetime) -> list[Lot]:
    """The person's lots that hold something and have not expired; the account is locked."""
    rows = raw(connection).execute(_LOTS, [participant_id, now])
    return [Lot(*row) for row in rows]


def expired_of(connection: Connection, participant_id: UUID) -> int:
    """How many of the person's points expired and may be given back; the account is locked."""
    row = raw(connection).execute(_EXPIRED, {"person": participant_id}).fetchone()
    assert row is not None
    return int(row[0])


def keep_adjustment(connection: Connection, adjustment: Adjustment) -> None:
    """Keep why it was done."""
    raw(connection).execute(_KEEP, list(adjustment))


def adjustments_of(
    connection: Connection, participant_id: UUID, ids: Sequence[UUID]
) -> list[Adjustment]:
    """Those of a person among these transfers."""
    rows = raw(connection).execute(_KEPT, [participant_id, list(ids)])
    return [Adjustment(*row) for row in rows]
