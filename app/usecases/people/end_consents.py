"""End consents of a held account, and forget what nobody may know any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.withdrawing import CONSENTS, withdraw
from app.store.recording.places import forget_unagreed_places


def end_consents(
    connection: Connection, participant_id: UUID, consents: Sequence[UUID], *, now: datetime
) -> None:
    """One that ended before keeps its first date. Where the person was is forgotten at once, as
    far as a provider told it that has no separate consent to that any more."""
    withdraw(connection, CONSENTS, participant_id, ids=consents, now=now)
    forget_unagreed_places(connection, [participant_id])
