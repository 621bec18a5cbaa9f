"""A person's points entries: every transfer, newest first, with what it changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw
from rewards.points.entry import PointsEntry, WhyAdjusted
from rewards.points.refund import WhyTakenBack

_ENTRIES = """
SELECT t.transfer_id, t.kind, t.debit_account, t.credit_account, t.points, t.reference_id,
  t.posted_at, EXISTS (SELECT FROM redemption AS r
    WHERE r.participant_id = t.participant_id AND r.redemption_id = t.reference_id),
  v.reversal_id IS NOT NULL, v.reason_code, v.reason, v.reversed_by,
  j.ground, j.reason
FROM points_transfer AS t
LEFT JOIN redemption_reversal AS v
  ON v.participant_id = t.participant_id AND v.reversal_id = t.transfer_id
LEFT JOIN points_adjustment AS j
  ON j.participant_id = t.participant_id AND j.adjustment_id = t.transfer_id
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
    return [PointsEntry(*[*row[:8], *_why(row[8:])]) for row in rows]


def _why(row: Sequence[Any]) -> tuple[WhyTakenBack | None, WhyAdjusted | None]:
    """Why it was taken back, and why it was done by hand, as far as it was."""
    taken_back, reason_code, reason, reversed_by, ground, said = row
    return (
        WhyTakenBack(reason_code, reason, reversed_by) if taken_back else None,
        WhyAdjusted(ground, said) if ground else None,
    )
