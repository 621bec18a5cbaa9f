"""Propose people to act for the programme; the proposer has signed with that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.users import (
    UserStep,
    add_users,
    keep_step,
    signatures,
    taken_usernames,
)
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.invite_user import InvitedUser
from behaviours.organisations import UsernameTaken
from behaviours.users import SIGN_APPROVE, UserCredentials, new_staff, roles_missing
from behaviours.viewer import Viewer


class ProposedUser(NamedTuple):
    """Somebody who is to act for the programme, in a role of it."""

    username: str
    display_name: str
    role: str


def propose_users(
    connection: Connection, proposed: Sequence[ProposedUser], *, by: Viewer, clock: Clock
) -> list[InvitedUser]:
    """The proposed users, and the role that has yet to sign.

    Raises UsersOnly and UsernameTaken.
    """
    actor = find_actor(connection, by)
    if taken := taken_usernames(connection, [each.username for each in proposed]):
        raise UsernameTaken(pointer="/username", username=min(taken))
    now = clock.now()
    users = [
        new_staff(user_id, *each, organisation_id=None, duty=None, now=now)
        for user_id, each in zip(new_ids(len(proposed)), proposed, strict=True)
    ]
    add_users(connection, [UserCredentials(user, None) for user in users])
    made = []
    for user in users:
        signed = UserStep(SIGN_APPROVE, actor.user_id, actor.role)
        keep_step(connection, user.user_id, signed, now=now)
        awaiting = roles_missing(signatures(connection, user.user_id, SIGN_APPROVE))
        made.append(InvitedUser(user, awaiting, None))
    return made
