"""Stop a change of identity that waits: its person contests it, or the programme withdraws it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.identity_changes import end_change
from app.usecases.people.find_identity_change import find_identity_change
from behaviours.identity_change import CONTESTED, WITHDRAWN, IdentityChange
from behaviours.people import check_open
from behaviours.viewer import Viewer


def stop_identity_change(
    connection: Connection,
    participant_id: UUID,
    change_id: UUID,
    *,
    viewer: Viewer,
    signed_for: timedelta,
    clock: Clock,
) -> IdentityChange:
    """The change, which nobody can sign any more: contested by its person, withdrawn by others.

    Refuses with UnknownOfPerson, or with IdentityChangeEnded when it is too late.
    """
    check_open(is_open=hold_account(connection, participant_id))
    now = clock.now()
    found = find_identity_change(connection, participant_id, change_id)
    ended = WITHDRAWN if viewer.sees_all else CONTESTED
    if found.ended == ended:
        return found
    found.check_waits(now, signed_for)
    assert viewer.user_id is not None, "somebody stops it"
    end_change(connection, found, ended, by=viewer.user_id, at=now)
    return find_identity_change(connection, participant_id, change_id)
