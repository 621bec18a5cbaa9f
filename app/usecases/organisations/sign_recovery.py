"""Sign for a way back of a user who lost both the password and the second factor."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.secrecy.link_tokens import release_code_of, release_digest
from app.store.database import Connection
from app.store.organisations.users import UserStep, hold_user, keep_step, recovery_signatures
from app.usecases.organisations.hold_administered import hold_administered
from app.usecases.organisations.make_link import MadeLink, make_link
from behaviours.one_time_links import RECOVERY, recovery_terms
from behaviours.users import LINK_RECOVERY, SIGN_RECOVERY, UnknownUser, User, check_signs_recovery
from behaviours.viewer import Viewer


class SignedRecovery(NamedTuple):
    """A user, and what the signer is given: the first one a release code, the second one a link.

    Only the command line of the server, which can be both, gets both.
    """

    user: User
    release_code: str | None
    link: MadeLink | None


def sign_recovery(
    connection: Connection,
    user_id: UUID,
    *,
    reason: str,
    by: Viewer | None,
    alone: bool = False,
    signed_for: timedelta,
    identity_key: bytes,
    clock: Clock,
) -> SignedRecovery:
    """The second signature makes the link, which waits before it is good.

    ``by`` None is the command line of the server; ``alone``: it signs as both, also after it had
    signed as one of them, and the link waits for longer. A signature stands for ``signed_for``.
    Raises UnknownUser, UsersOnly, NotForOneself, NotAdministrator, SignedAlready and
    UserStateConflict.
    """
    assert by is None or not alone
    user, signer, role = _held(connection, user_id, by)
    user.check(SIGN_RECOVERY)
    now = clock.now()
    signed = recovery_signatures(connection, user_id, since=now - signed_for)
    if not alone:
        check_signs_recovery(signed, signer)
    step = UserStep(SIGN_RECOVERY, signer, role, reason)
    step_id = keep_step(connection, user_id, step, now=now)
    first = signed[0].step_id if signed else step_id
    code = release_code_of(first, identity_key)
    signers = {*(each.user_id for each in signed), signer}
    terms = recovery_terms(len(signers), release_digest(code), alone=alone)
    if terms is None:
        return SignedRecovery(user, code, None)
    keep_step(connection, user_id, step._replace(step=LINK_RECOVERY), now=now)
    real_now = clock.real_now()
    link = make_link(connection, user_id, RECOVERY, made_by=signer, recovery=terms, now=real_now)
    return SignedRecovery(user, code if signers == {signer} else None, link)


def _held(
    connection: Connection, user_id: UUID, by: Viewer | None
) -> tuple[User, UUID | None, str | None]:
    """The user, held, and who signs in which role."""
    if by is not None:
        user, actor = hold_administered(connection, user_id, by=by)
        return user, actor.user_id, actor.role
    held = hold_user(connection, user_id)
    if held is None or not held.user.is_staff:
        raise UnknownUser("user")
    return held.user, None, None
