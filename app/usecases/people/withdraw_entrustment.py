"""Take entrustments back: what is not sealed yet leaves its bundle, what is sealed stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.contributions import known_contributions, withdraw_contributions
from app.usecases.people.holding import hold_open_account
from behaviours.people import UnknownOfPerson


def withdraw_entrustment(
    connection: Connection, participant_id: UUID, contributions: Sequence[UUID], *, now: datetime
) -> None:
    """End ``contributions`` of this person; the seal of a bundle looks at them once more."""
    hold_open_account(connection, participant_id)
    if known_contributions(connection, participant_id, contributions) != set(contributions):
        raise UnknownOfPerson("contribution")
    withdraw_contributions(connection, participant_id, ids=contributions, now=now)
