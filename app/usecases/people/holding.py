"""Holding a person's account still, and refusing when it is closed."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.enrolment import closed_among, lock_people
from behaviours.people import UnknownOfPerson


def hold_open_account(connection: Connection, participant_id: UUID) -> None:
    """Hold this person's account until the transaction ends; refuses when it is closed."""
    lock_people(connection, [participant_id])
    if closed_among(connection, [participant_id]):
        raise UnknownOfPerson("account")
