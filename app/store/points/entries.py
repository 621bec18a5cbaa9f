"""A person's points entries: every transfer, newest first, with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import raw

_ENTRIES = """
SELECT t.transfer_id, t.kind, t.debit_account, t.credit_account, t.points, t.reference_id,
  t.posted_at, EXISTS (SELECT FROM redemption AS r
    WHERE r.participant_id = t.participant_id AND r.redemption_id = t.reference_id)
FROM points_transfer AS t
WHERE t.participant_id = %(participant_id)s
  AND (%(before)s::uuid IS NULL OR t.transfer_id < %(before)s::uuid)
ORDER BY t.transfer_id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    transfer_id: UUID
    kind: str
    debit_account: str
    credit_account: str
    points: int
    reference_id: UUID
    posted_at: datetime
    # What it was for: a redemption, else an action (or, for an expiry, a lot).
    is_for_redemption: bool


def entries(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[Entry]:
    """Up to ``limit`` transfers whose ids, which rise with time, are below ``before``."""
    rows = raw(connection).execute(
        _ENTRIES, {"participant_id": participant_id, "before": before, "limit": limit}
    )
    return [Entry(*row) for row in rows]
