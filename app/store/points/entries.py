"""A person's points entries: every transfer, newest first, with what it changed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.entry import PointsEntry

_ENTRIES = """
SELECT t.transfer_id, t.kind, t.debit_account, t.credit_account, t.points, t.reference_id,
  t.posted_at, EXISTS (SELECT FROM redemption AS r
    WHERE r.participant_id = t.participant_id AND r.redemption_id = t.reference_id)
FROM points_transfer AS t
WHERE t.participant_id = %(participant_id)s
  AND (%(before)s::uuid IS NULL OR t.transfer_id < %(before)s::uuid)
ORDER BY t.transfer_id DESC LIMIT %(limit)s
"""


def entries_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[PointsEntry]:
    """Up to ``limit`` transfers whose ids, which rise with time, are below ``before``."""
    rows = raw(connection).execute(
        _ENTRIES, {"participant_id": participant_id, "before": before, "limit": limit}
    )
    return [PointsEntry(*row) for row in rows]
