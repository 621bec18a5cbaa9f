"""Find one change of a person's identity."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.identity_changes import find_change
from behaviours.identity_change import IdentityChange
from behaviours.people import UnknownOfPerson
from behaviours.refusal import found_or


def find_identity_change(
    connection: Connection, participant_id: UUID, change_id: UUID
) -> IdentityChange:
    """The change as it stands; refuses with UnknownOfPerson when the person has none of this id."""
    return found_or(
        find_change(connection, participant_id, change_id), UnknownOfPerson("identity_change")
    )
