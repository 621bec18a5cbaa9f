"""Invite people to act for an organisation, each by a link of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.applications import find_application
from app.store.organisations.organisations import organisation
from app.store.organisations.users import UserStep, add_users, keep_step, taken_usernames
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.invite_user import InvitedUser
from app.usecases.organisations.make_link import make_link
from behaviours.one_time_links import JOIN
from behaviours.organisations import ROLE_OF_KIND, Organisation, UnknownOrganisation, UsernameTaken
from behaviours.users import INVITE, UserCredentials, check_may_invite, new_staff
from behaviours.viewer import Viewer


class NewStaff(NamedTuple):
    """Somebody who is to act for an organisation, and what they are there for: of ``DUTIES``,
    or ``CASHIER``, who needs terms of their own."""

    username: str
    display_name: str
    duty: str


def invite_users(
    connection: Connection,
    organisation_id: UUID,
    people: Sequence[NewStaff],
    *,
    by: Viewer,
    clock: Clock,
) -> list[InvitedUser]:
    """The invited users with their links.

    Of an organisation that applies they come in as applicants until it is admitted. By an
    administrator of the organisation, or who acts for the programme. Raises UsersOnly,
    UnknownOrganisation, NotAdministrator and UsernameTaken.
    """
    actor = find_actor(connection, by)
    found = organisation(connection, organisation_id) or _applying(connection, organisation_id)
    if found is None or not (by.sees_all or by.tenant_id == organisation_id):
        raise UnknownOrganisation("organisation")
    check_may_invite(actor, organisation_id)
    if taken := taken_usernames(connection, [each.username for each in people]):
        raise UsernameTaken(pointer="/username", username=min(taken))
    now, role = clock.now(), ROLE_OF_KIND[found.kind]
    made = []
    for user_id, each in zip(new_ids(len(people)), people, strict=True):
        user = new_staff(
            user_id,
            each.username,
            each.display_name,
            role,
            organisation_id=organisation_id,
            duty=each.duty,
            now=now,
        )
        add_users(connection, [UserCredentials(user, None)])
        keep_step(connection, user_id, UserStep(INVITE, actor.user_id, actor.role), now=now)
        link = make_link(connection, user_id, JOIN, made_by=actor.user_id, now=clock.real_now())
        made.append(InvitedUser(user, [], link))
    return made


def _applying(connection: Connection, organisation_id: UUID) -> Organisation | None:
    applied = find_application(connection, organisation_id)
    if applied is None or not applied.is_open:
        return None
    return Organisation(organisation_id, applied.kind, applied.name)
