"""Give a user who forgot their password a link to another one; their authenticator opens it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.users import UserStep, keep_step
from app.usecases.organisations.hold_administered import hold_administered
from app.usecases.organisations.invite_user import InvitedUser
from app.usecases.organisations.make_link import make_link
from behaviours.one_time_links import PASSWORD
from behaviours.users import LINK_PASSWORD
from behaviours.viewer import Viewer


def link_password(
    connection: Connection, user_id: UUID, *, by: Viewer, clock: Clock
) -> InvitedUser:
    """The user with the link. A locked user is unlocked by it.

    Raises UnknownUser, UsersOnly, NotForOneself, NotAdministrator and UserStateConflict.
    """
    user, actor = hold_administered(connection, user_id, by=by)
    user.check(LINK_PASSWORD)
    step = UserStep(LINK_PASSWORD, actor.user_id, actor.role)
    keep_step(connection, user_id, step, now=clock.now())
    link = make_link(connection, user_id, PASSWORD, made_by=actor.user_id, now=clock.real_now())
    return InvitedUser(user, [], link)
