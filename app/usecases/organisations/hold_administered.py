"""Hold a user whom somebody else administers."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.users import hold_user
from app.usecases.organisations.find_actor import find_actor
from behaviours.refusal import found_or
from behaviours.users import UnknownUser, User
from behaviours.viewer import Viewer


def hold_administered(connection: Connection, user_id: UUID, *, by: Viewer) -> tuple[User, User]:
    """The user, held until the transaction ends, and who acts.

    Raises UnknownUser, UsersOnly, NotForOneself and NotAdministrator.
    """
    held = found_or(hold_user(connection, user_id), UnknownUser("user"))
    held.user.check_seen_by(by)
    actor = find_actor(connection, by)
    held.user.check_administered_by(actor)
    return held.user, actor
