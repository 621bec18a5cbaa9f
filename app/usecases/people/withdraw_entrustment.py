"""Take entrustments back: what is not sealed yet leaves its bundle, what is sealed stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.withdrawing import CONTRIBUTIONS, known, withdraw
from behaviours.people import UnknownOfPerson, check_open


def withdraw_entrustment(
    connection: Connection, participant_id: UUID, contributions: Sequence[UUID], *, now: datetime
) -> None:
    """End ``contributions`` of this person; the seal of a bundle looks at them once more."""
    check_open(is_open=hold_account(connection, participant_id))
    if known(connection, CONTRIBUTIONS, participant_id, contributions) != set(contributions):
        raise UnknownOfPerson("contribution")
    withdraw(connection, CONTRIBUTIONS, participant_id, ids=contributions, now=now)
