"""Take consents back: actions done from now on are no longer taken from the provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.withdrawing import CONSENTS, known, withdraw
from behaviours.people import UnknownOfPerson, check_open


def withdraw_consent(
    connection: Connection, participant_id: UUID, consents: Sequence[UUID], *, now: datetime
) -> None:
    """End ``consents`` of this person. One that was withdrawn before keeps its first date."""
    check_open(is_open=hold_account(connection, participant_id))
    if known(connection, CONSENTS, participant_id, consents) != set(consents):
        raise UnknownOfPerson("consent")
    withdraw(connection, CONSENTS, participant_id, ids=consents, now=now)
