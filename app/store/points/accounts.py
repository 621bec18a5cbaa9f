"""Accounts and lots, read under the lock that every change of a person's points takes first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Rows, raw
from rewards.points.balance import PointsTotals
from rewards.points.lots import Lot

# Ascending, so that two callers with overlapping lists never wait for each other in a circle.
LOCK = """
SELECT participant_id, balance, held, debt FROM points_account
WHERE participant_id = ANY(%s) ORDER BY participant_id FOR NO KEY UPDATE
"""

_LOTS = """
SELECT participant_id, lot_id, available_at, expires_at, remaining FROM points_lot
WHERE participant_id = ANY(%s) AND expires_at > %s AND remaining > 0
ORDER BY participant_id, expires_at, available_at, lot_id
"""


def lock_accounts(
    connection: Connection, participant_ids: Sequence[UUID]
) -> dict[UUID, PointsTotals]:
    """Take the locks of these people's accounts; who has none is missing from the answer."""
    rows = raw(connection).execute(LOCK, [sorted(set(participant_ids))]).fetchall()
    return {row[0]: PointsTotals(*row[1:]) for row in rows}


def totals_of(locked: Rows) -> PointsTotals:
    """The totals of the one person whom ``LOCK`` locked."""
    row = locked.fetchone()
    assert row is not None, "the participant has no points account"
    return PointsTotals(*row[1:])


def lock_person(connection: Connection, participant_id: UUID) -> PointsTotals:
    """The lock under which a person's points, codes and redemptions change."""
    return totals_of(raw(connection).execute(LOCK, [[participant_id]]))


def open_lots(
    connection: Connection, participant_ids: Sequence[UUID], *, expiring_after: datetime
) -> dict[UUID, list[Lot]]:
    """Lots with something in them, first-expiring first; everyone asked for is in the answer."""
    lots: dict[UUID, list[Lot]] = {participant_id: [] for participant_id in participant_ids}
    for participant_id, *lot in raw(connection).execute(
        _LOTS, [list(participant_ids), expiring_after]
    ):
        lots[participant_id].append(Lot(*lot))
    return lots
