"""Look whether somebody may decide for a person: the person alone, or the guardian."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.people.guardians import guardianships_of
from behaviours.guardians import check_decider
from behaviours.people import UnknownOfPerson


def decide_for(
    connection: Connection, participant_id: UUID, *, guardian: UUID | None, now: datetime
) -> None:
    """``guardian`` None: the person decides. The account is held: nobody comes or goes meanwhile.

    Refuses with GuardianDecides, or with UnknownOfPerson whoever is not the guardian.
    """
    found = guardianships_of(connection, [participant_id]).get(participant_id)
    if not check_decider(found, guardian, now):
        raise UnknownOfPerson("ward")
