"""A person's points entries: every transfer, newest first, with what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.store.points.connection import raw

_ENTRIES = """
SELECT transfer_id, kind, debit_account, credit_account, points, reference_id, posted_at
FROM points_transfer
WHERE participant_id = %(participant_id)s
  AND (%(before)s::uuid IS NULL OR transfer_id < %(before)s::uuid)
ORDER BY transfer_id DESC LIMIT %(limit)s
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


def entries(
    books: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[Entry]:
    """Up to ``limit`` transfers whose ids, which rise with time, are below ``before``."""
    rows = raw(books).execute(
        _ENTRIES, {"participant_id": participant_id, "before": before, "limit": limit}
    )
    return [Entry(*row) for row in rows]
