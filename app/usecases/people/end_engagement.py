"""End what people agreed to of teams and rankings: they leave, or who agreed for them is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.engagement.rankings import end_entries
from app.store.engagement.teams import withdraw_memberships


def end_engagement(
    connection: Connection,
    people: Sequence[UUID],
    *,
    agreed_by: str | None = None,
    now: datetime,
) -> None:
    """Out of every sum and every ranking, at once; the accounts are held.

    ``agreed_by`` narrows it to what was agreed to by the person, or by a guardian.
    """
    withdraw_memberships(connection, people, agreed_by=agreed_by, now=now)
    end_entries(connection, people, agreed_by=agreed_by, now=now)
