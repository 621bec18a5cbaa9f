"""Look whether somebody is the guardian of a child, whose things they are about to be shown."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.guardians import guardianships_of
from behaviours.people import UnknownOfPerson
from behaviours.viewer import Viewer


def see_ward(
    connection: Connection, guardian_id: UUID, participant_id: UUID, *, clock: Clock
) -> Viewer:
    """The child as who looks at their own things; refuses others with UnknownOfPerson."""
    found = guardianships_of(connection, [participant_id]).get(participant_id)
    if found is None or found.guardian_id != guardian_id or not found.stands(clock.now()):
        raise UnknownOfPerson("ward")
    return Viewer("participant", participant_id)
