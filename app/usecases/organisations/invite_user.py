"""Invite a user: sign for somebody who is to act for the programme, or make the link anew."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.users import UserStep, keep_step, signatures, write_user
from app.usecases.organisations.hold_administered import hold_administered
from app.usecases.organisations.make_link import MadeLink, make_link
from behaviours.one_time_links import JOIN
from behaviours.users import APPROVE, INVITE, SIGN_APPROVE, User, check_signs_once, roles_missing
from behaviours.viewer import Viewer


class InvitedUser(NamedTuple):
    """A user, whose signatures they still await, and the link; no link while one is awaited."""

    user: User
    awaiting: list[str]
    link: MadeLink | None


def invite_user(connection: Connection, user_id: UUID, *, by: Viewer, clock: Clock) -> InvitedUser:
    """The user with the link by which they come in; an earlier link is not good any more.

    Of somebody proposed, the second signature, of another person and role, makes the link. Raises
    UnknownUser, UsersOnly, NotForOneself, NotAdministrator, SignedAlready and UserStateConflict.
    """
    user, actor = hold_administered(connection, user_id, by=by)
    now = clock.now()
    if user.is_proposed:
        signed = signatures(connection, user_id, SIGN_APPROVE)
        check_signs_once(signed, actor.user_id)
        keep_step(connection, user_id, UserStep(SIGN_APPROVE, actor.user_id, actor.role), now=now)
        awaiting = roles_missing(signatures(connection, user_id, SIGN_APPROVE))
        if awaiting:
            return InvitedUser(user, awaiting, None)
        user = user.move(APPROVE, now=now)
        write_user(connection, user, UserStep(APPROVE, actor.user_id, actor.role), now=now)
    else:
        user.check(INVITE)
        keep_step(connection, user_id, UserStep(INVITE, actor.user_id, actor.role), now=now)
    link = make_link(connection, user_id, JOIN, made_by=actor.user_id, now=clock.real_now())
    return InvitedUser(user, [], link)
