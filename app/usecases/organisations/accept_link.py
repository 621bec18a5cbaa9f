"""Accept a one-time link: begin, set another password or authenticator, or both again."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from app.clock import Clock
from app.secrecy.hashing import PASSWORDS, fits
from app.secrecy.link_tokens import link_digest, release_digest
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.secrecy.passwords import check_password
from app.store.database import Connection
from app.store.organisations.one_time_links import find_link, write_used
from app.store.organisations.users import UserStep, hold_user, write_user
from app.usecases.organisations.end_sessions import end_sessions
from app.usecases.organisations.prove_code import prove_code
from app.usecases.organisations.set_up_authenticator import set_up_authenticator
from behaviours.one_time_links import (
    FACTOR,
    JOIN,
    PASSWORD,
    RECOVERY,
    OneTimeLink,
    ReleaseCodeWrong,
    ShownSecrets,
    UnknownLink,
)
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.second_factor import SecondFactorRequired
from behaviours.users import (
    ACCEPT,
    CHANGE_PASSWORD,
    RECOVER,
    RENEW_FACTOR,
    UNLOCK,
    User,
    UserCredentials,
)


class AcceptedLink(NamedTuple):
    """The user as they are now, codes to be kept on paper, and tokens that ended."""

    user: User
    recovery_codes: list[str]
    revoked: list[str]


class _Acceptance(NamedTuple):
    """A link that is used, its user as they are, and what is shown with it."""

    link: OneTimeLink
    held: UserCredentials
    shown: ShownSecrets
    terms: FactorTerms
    clock: Clock


def accept_link(
    connection: Connection,
    token: str,
    shown: ShownSecrets,
    *,
    terms: FactorTerms,
    access_lifetime: timedelta,
    clock: Clock,
) -> AcceptedLink | Refusal:
    """What came of it; the link is used up with that, whoever comes with it at the same moment.

    Raises UnknownLink, LinkOver, LinkNotYetGood, ReleaseCodeWrong, PasswordTooShort,
    PasswordTooEasy, InvalidGrant, WrongCode and UserStateConflict. A refusal that was counted is
    returned, so that the count is committed.
    """
    digest = link_digest(token)
    found = find_link(connection, digest)
    held = hold_user(connection, found.user_id) if found else None
    # Again: whoever held the user before us may have used or replaced it.
    link = find_link(connection, digest)
    if held is None or link is None:
        raise UnknownLink
    used = link.use(clock.real_now())
    given = _Acceptance(link, held, shown, terms, clock)
    accepted = _ACCEPTING[link.purpose](connection, given)
    if isinstance(accepted, Refusal):
        return accepted
    write_used(connection, used)
    user, codes = accepted
    names = end_sessions(
        connection, user.user_id, but=None, access_lifetime=access_lifetime, now=clock.real_now()
    )
    return AcceptedLink(user, codes, names)


def _join(connection: Connection, given: _Acceptance) -> _Accepted:
    user = given.held.user.move(ACCEPT, now=given.clock.now())
    _check_new_password(user, given.shown.password)
    codes: list[str] = []
    if given.shown.code is not None:
        codes = _set_up(connection, given, given.shown.code)
    elif given.terms.to_join(user):
        raise SecondFactorRequired("missing", pointer="/code")
    _write(connection, user, ACCEPT, given.clock, PASSWORDS.hash(given.shown.password))
    return user, codes


def _set_password(connection: Connection, given: _Acceptance) -> _Accepted:
    user = given.held.user.renewed(CHANGE_PASSWORD)
    _check_new_password(user, given.shown.password)
    refused = prove_code(
        connection, given.held.user, GivenCode(given.shown.code, given.terms), clock=given.clock
    )
    if refused is not None:
        return refused
    if user.is_locked:
        user = user.move(UNLOCK, now=given.clock.now())
    _write(connection, user, CHANGE_PASSWORD, given.clock, PASSWORDS.hash(given.shown.password))
    return user, []


def _set_factor(connection: Connection, given: _Acceptance) -> _Accepted:
    user = given.held.user.renewed(RENEW_FACTOR)
    if not fits(PASSWORDS, given.held.password_hash or "", given.shown.password):
        raise InvalidGrant("password_wrong", pointer="/password")
    if given.shown.code is None:
        raise SecondFactorRequired("missing", pointer="/code")
    codes = _set_up(connection, given, given.shown.code)
    _write(connection, user, RENEW_FACTOR, given.clock, None)
    return user, codes


def _recover(connection: Connection, given: _Acceptance) -> _Accepted:
    kept, shown = given.link.release_digest, given.shown
    assert kept is not None, "a way back has a release code"
    if not hmac.compare_digest(kept, release_digest(shown.release_code or "")):
        raise ReleaseCodeWrong(pointer="/release_code")
    user = given.held.user.renewed(RECOVER)
    _check_new_password(user, shown.password)
    if shown.code is None:
        raise SecondFactorRequired("missing", pointer="/code")
    codes = _set_up(connection, given, shown.code)
    if user.is_locked:
        user = user.move(UNLOCK, now=given.clock.now())
    _write(connection, user, RECOVER, given.clock, PASSWORDS.hash(shown.password))
    return user, codes


_Accepted = tuple[User, list[str]] | Refusal
_ACCEPTING: dict[str, Callable[[Connection, _Acceptance], _Accepted]] = {
    JOIN: _join,
    PASSWORD: _set_password,
    FACTOR: _set_factor,
    RECOVERY: _recover,
}


def _check_new_password(user: User, password: str) -> None:
    check_password(password, user.own_names, pointer="/password")


def _set_up(connection: Connection, given: _Acceptance, code: str) -> list[str]:
    """The codes on paper of the authenticator that the link sets up; raises WrongCode."""
    return set_up_authenticator(
        connection,
        given.held.user.user_id,
        given.link,
        code,
        terms=given.terms,
        clock=given.clock,
    )


def _write(
    connection: Connection, user: User, step: str, clock: Clock, password_hash: str | None
) -> None:
    taken = UserStep(step, user.user_id, user.role)
    write_user(connection, user, taken, now=clock.now(), password_hash=password_hash)
