"""End a user: nobody comes in as them any more, and every session of theirs ends."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.logins import end_subjects
from app.store.organisations.one_time_links import replace_links
from app.store.organisations.openid_providers import end_identities
from app.store.organisations.revocations import revoke
from app.store.organisations.users import (
    UserStep,
    find_user,
    hold_role,
    keep_step,
    signatures,
    write_user,
)
from app.usecases.organisations.hold_administered import hold_administered
from behaviours.refusal import found_or
from behaviours.users import (
    END,
    SIGN_END,
    UnknownUser,
    User,
    check_signs_once,
    check_somebody_left,
    roles_missing,
)
from behaviours.viewer import Viewer


class EndedUser(NamedTuple):
    """A user, whose signatures their end awaits, and the names of tokens that ended with them."""

    user: User
    awaiting: list[str]
    revoked: list[str]


def end_user(
    connection: Connection,
    user_id: UUID,
    *,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> EndedUser:
    """The user as ended, or what is still awaited.

    Who acts for the programme is ended by two people of two roles; a proposal or an invitation is
    taken back by one. Raises UnknownUser, UsersOnly, NotForOneself, NotAdministrator,
    LastOfItsRole, SignedAlready and UserStateConflict.
    """
    found = found_or(find_user(connection, user_id), UnknownUser("user"))
    # Everybody of the role is held, so that of the last two neither is ended by way of the other.
    active = hold_role(connection, found.role) if found.acts_for_programme else []
    user, actor = hold_administered(connection, user_id, by=by)
    check_somebody_left(user, active)
    now, step = clock.now(), UserStep(SIGN_END, actor.user_id, actor.role, reason)
    if user.ends_by_two:
        check_signs_once(signatures(connection, user_id, SIGN_END), actor.user_id)
        keep_step(connection, user_id, step, now=now)
        if awaiting := roles_missing(signatures(connection, user_id, SIGN_END)):
            return EndedUser(user, awaiting, [])
    ended, real_now = user.move(END, now=now), clock.real_now()
    write_user(connection, ended, step._replace(step=END), now=now)
    end_identities(connection, user_id, now=now)
    replace_links(connection, user_id, now=real_now)
    end_subjects(connection, [user_id.hex], now=real_now)
    names = [f"sub:{user_id.hex}"]
    revoke(connection, [(name, real_now + access_lifetime) for name in names])
    return EndedUser(ended, [], names)
