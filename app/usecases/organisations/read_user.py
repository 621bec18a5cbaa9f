"""Read one user, with what proves them besides the password."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.one_time_links import recovery_good_from
from app.store.organisations.openid_providers import linked_providers
from app.store.organisations.second_factors import find_factor, recovery_codes_left
from app.store.organisations.users import find_user
from behaviours.refusal import found_or
from behaviours.users import UnknownUser, User
from behaviours.viewer import Viewer


class UserSeen(NamedTuple):
    """A user, whether they have an authenticator, how many recovery codes are left, and the OpenID
    providers by which they come in; and from when a way back of theirs is good, if there is one."""

    user: User
    has_factor: bool
    codes_left: int
    openid_providers: list[UUID]
    recovery_from: datetime | None


def read_user(connection: Connection, user_id: UUID, *, by: Viewer, now: datetime) -> UserSeen:
    """The user as the asker may see them; raises UnknownUser. ``now`` is real time."""
    user = found_or(find_user(connection, user_id), UnknownUser("user"))
    user.check_seen_by(by)
    has_factor = find_factor(connection, user_id) is not None
    codes_left = recovery_codes_left(connection, user_id)
    linked = linked_providers(connection, user_id)
    recovery = recovery_good_from(connection, user_id, now=now)
    return UserSeen(user, has_factor, codes_left, linked, recovery)
