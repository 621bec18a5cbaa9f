"""Reset the second factor of a user who lost it: two people sign, then there is a link."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.second_factors import find_factor
from app.store.organisations.users import UserStep, keep_step, signatures
from app.usecases.organisations.hold_administered import hold_administered
from app.usecases.organisations.make_link import MadeLink, make_link
from behaviours.one_time_links import FACTOR
from behaviours.users import RESET_FACTOR, SIGN_RESET, User, check_signs_once, people_missing
from behaviours.viewer import Viewer


def reset_factor(
    connection: Connection, user_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> tuple[User, int, MadeLink | None]:
    """The user, how many people have yet to sign, and the link once nobody has.

    The link opens with the user's password alone, so that whoever signed cannot use it. Until it is
    used, the present authenticator stays. Raises UnknownUser, UsersOnly, NotForOneself,
    NotAdministrator, SignedAlready and UserStateConflict.
    """
    user, actor = hold_administered(connection, user_id, by=by)
    user.check(SIGN_RESET)
    factor = find_factor(connection, user_id)
    about = factor.factor_id if factor else None
    check_signs_once(signatures(connection, user_id, SIGN_RESET, about), actor.user_id)
    now = clock.now()
    step = UserStep(SIGN_RESET, actor.user_id, actor.role, reason, about)
    keep_step(connection, user_id, step, now=now)
    missing = people_missing(signatures(connection, user_id, SIGN_RESET, about))
    if missing:
        return user, missing, None
    keep_step(connection, user_id, step._replace(step=RESET_FACTOR), now=now)
    link = make_link(connection, user_id, FACTOR, made_by=actor.user_id, now=clock.real_now())
    return user, 0, link
