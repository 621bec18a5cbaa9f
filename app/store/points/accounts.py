"""Accounts and lots, read under the lock that every change of a person's points takes first."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Rows, raw
from rewards.points.balance import PointsTotals

# Ascending, so that two callers with overlapping lists never wait for each other in a circle.
LOCK = """
SELECT participant_id, balance, held, debt FROM points_account
WHERE participant_id = ANY(%s) ORDER BY participant_id FOR NO KEY UPDATE
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
