"""Take consents back: actions done from now on are no longer taken from the provider."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.withdrawing import CONSENTS, known, withdraw
from behaviours.people import UnknownOfPerson, check_open


def withdraw_consent(
    connection: Connection, participant_id: UUID, consents: Sequence[UUID], *, clock: Clock
) -> None:
    """End ``consents`` of this person. One that was withdrawn before keeps its first date."""
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    if known(connection, CONSENTS, participant_id, consents) != set(consents):
        raise UnknownOfPerson("consent")
    withdraw(connection, CONSENTS, participant_id, ids=consents, now=now)
