"""Open a programme: publish its document, and invite the first who act for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.users import UserStep, add_users, keep_step
from app.store.platform.programme import lock_programme, published_programmes
from app.usecases.organisations.make_link import MadeLink, make_link
from app.usecases.platform.read_founders import read_founders
from app.usecases.platform.start_programme import start_programme
from behaviours.one_time_links import JOIN
from behaviours.opening import Founder, check_founders
from behaviours.programme import Programmes
from behaviours.users import APPROVE, INVITE, User, UserCredentials, new_staff


class FoundingUser(NamedTuple):
    """One of the first, and the link by which they come in; None where none was made now."""

    user: User
    link: MadeLink | None


class OpenedProgramme(NamedTuple):
    """Who the first are, and whether the document was published now."""

    users: list[FoundingUser]
    published: bool


def open_programme(
    connection: Connection,
    stated: Programmes,
    founders: Sequence[Founder],
    *,
    renew: bool,
    clock: Clock,
) -> OpenedProgramme:
    """The first users with their links.

    Where a programme was opened before, nobody is invited again: its first users are told as they
    are, and with ``renew`` those who have not come in get a link that replaces the last one. Raises
    ProgrammeChanged, InstallationInUse, UsernameMalformed and FoundersIncomplete.
    """
    # Of two who open at the same moment the second finds it opened.
    lock_programme(connection)
    found = read_founders(connection)
    published = not published_programmes(connection)
    start_programme(connection, stated, now=clock.now())
    if found:
        again = [_renewed(connection, user, clock) if renew else None for user in found]
        users = [FoundingUser(*each) for each in zip(found, again, strict=True)]
        return OpenedProgramme(users, published)
    check_founders(founders)
    return OpenedProgramme(_invited(connection, founders, clock), published)


def _invited(
    connection: Connection, founders: Sequence[Founder], clock: Clock
) -> list[FoundingUser]:
    now, users = clock.now(), list[FoundingUser]()
    for user_id, each in zip(new_ids(len(founders)), founders, strict=True):
        proposed = new_staff(user_id, *each, organisation_id=None, duty=None, now=now)
        user = proposed.move(APPROVE, now=now)
        add_users(connection, [UserCredentials(user, None)])
        keep_step(connection, user_id, UserStep(INVITE), now=now)
        link = make_link(connection, user_id, JOIN, made_by=None, now=clock.real_now())
        users.append(FoundingUser(user, link))
    return users


def _renewed(connection: Connection, user: User, clock: Clock) -> MadeLink | None:
    if not user.is_invited:
        return None
    keep_step(connection, user.user_id, UserStep(INVITE), now=clock.now())
    return make_link(connection, user.user_id, JOIN, made_by=None, now=clock.real_now())
