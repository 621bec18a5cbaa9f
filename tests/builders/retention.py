"""What the published schedule takes away, as if it were another time."""

from __future__ import annotations

from datetime import datetime

from app.usecases.retention.take_what_is_due import take_what_is_due
from app.wiring import Wiring


def take_kind(wiring: Wiring, kind: str, *, now: datetime) -> int:
    """Take everything of a kind away that is due at a moment; how many rows."""
    total = 0
    while rows := wiring.database.transact(
        take_what_is_due, kind, programme=wiring.programme, now=now, reported_at=now
    ).rows:
        total += rows
    return total
