"""Take consents back: actions done from now on are no longer taken from the provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.consents import known_consents, withdraw_consents
from app.usecases.people.holding import hold_open_account
from behaviours.people import UnknownOfPerson


def withdraw_consent(
    connection: Connection, participant_id: UUID, consents: Sequence[UUID], *, now: datetime
) -> None:
    """End ``consents`` of this person. One that was withdrawn before keeps its first date."""
    hold_open_account(connection, participant_id)
    if known_consents(connection, participant_id, consents) != set(consents):
        raise UnknownOfPerson("consent")
    withdraw_consents(connection, participant_id, ids=consents, now=now)
