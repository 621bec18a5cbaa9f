"""Limit a user who acts for the programme to one city, or sign that they answer for more."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.organisations.staff_areas import area_of, set_area
from app.store.organisations.users import UserStep, find_user, hold_role, keep_step
from app.usecases.organisations.hold_administered import hold_administered
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.logbook import LoggedSubject
from behaviours.proposals import LIMIT_USER, Proposing
from behaviours.staff_areas import NotOfACity, check_area, takes_two
from behaviours.users import LIMIT_AREA, LastOfItsRole, UnknownUser, User, is_last_of_role
from behaviours.viewer import Viewer

_EVERYWHERE = "*"


def limit_area(
    connection: Connection,
    user_id: UUID,
    region: str | None,
    *,
    reason: str,
    by: Viewer,
    clock: Clock,
) -> tuple[User, str | None, list[str]]:
    """The user, the city that they answer for now, and the roles that have yet to sign it.

    With none it holds from the next request on, whatever token they have. One of the authority
    limits; that they answer for another city, or for all again, two people of two roles sign.
    Raises UnknownUser, UsersOnly, NotForOneself, LimitedByAuthority, CityWrong,
    NotOfACity, LastOfItsRole, SamePersonTwice and UserStateConflict.
    """
    found = find_user(connection, user_id)
    if found is None:
        raise UnknownUser("user")
    # Everybody of the role is held: of two who answer for all, both are not limited at once.
    for_all = hold_role(connection, found.role) if found.acts_for_programme else []
    user, actor = hold_administered(connection, user_id, by=by)
    before = area_of(connection, user_id)
    by_two = takes_two(before, region)
    check_area(user, region, by=actor, by_two=by_two)
    user.check(LIMIT_AREA)
    # Two who limit one another at once: the second does it no more.
    if own := area_of(connection, actor.user_id):
        raise NotOfACity(region=own)
    if region is not None and is_last_of_role(user, for_all):
        raise LastOfItsRole(role=user.role)
    now = clock.now()
    if by_two:
        named = LoggedSubject("user", public("usr", user_id))
        said_so = Proposing(named, LIMIT_USER, {"region": region}, reason)
        if awaiting := sign_proposal(connection, said_so, by=by, now=now):
            return user, before, awaiting
    set_area(connection, user_id, region, now=now)
    said = f"{region or _EVERYWHERE}: {reason}"
    keep_step(connection, user_id, UserStep(LIMIT_AREA, actor.user_id, actor.role, said), now=now)
    return user, region, []
