"""Finish a login by way of an OpenID provider: a user comes in, joins, or is linked to it.

It opens the account of the user who was linked to the subject that the provider named, and makes
nobody a user: who joins was invited, by name, and who is linked had come in before.
"""

from __future__ import annotations

from typing import NamedTuple

from app.clock import Clock
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.store.database import Connection
from app.store.organisations.one_time_links import find_link, write_used
from app.store.organisations.openid_logins import write_openid_login
from app.store.organisations.openid_providers import (
    add_identity,
    share_openid_provider,
    user_of_subject,
)
from app.store.organisations.users import UserStep, hold_user, keep_step, write_user
from app.usecases.organisations.claim_openid_login import claim_openid_login
from app.usecases.organisations.prove_code import prove_code
from app.usecases.organisations.set_up_authenticator import set_up_authenticator
from app.usecases.organisations.start_login import LoginOrigin, start_login
from behaviours.one_time_links import UnknownLink
from behaviours.openid_logins import FINISH, OpenidLogin
from behaviours.openid_providers import OpenidProvider, UnknownOpenidProvider
from behaviours.organisations import InvalidGrant, RenewableLogin
from behaviours.refusal import Refusal
from behaviours.second_factor import SecondFactorRequired
from behaviours.staff_terms import SessionTerms
from behaviours.users import ACCEPT, LINK_OPENID, User


class FinishedLogin(NamedTuple):
    """A login, and codes to be kept on paper of who set up an authenticator with it."""

    login: RenewableLogin
    recovery_codes: list[str]


class _Coming(NamedTuple):
    """A proven login, its provider, and a code where one was sent."""

    login: OpenidLogin
    provider: OpenidProvider
    code: str | None
    terms: FactorTerms
    clock: Clock

    @property
    def subject_digest(self) -> bytes:
        assert self.login.subject_digest is not None, "it is proven"
        return self.login.subject_digest


def finish_openid_login(
    connection: Connection,
    state: str,
    secret: str,
    *,
    code: str | None,
    origin: LoginOrigin,
    terms: FactorTerms,
    session_terms: SessionTerms,
    clock: Clock,
) -> FinishedLogin | Refusal:
    """The login; it can be tried again while a code is missing or wrong.

    Raises InvalidGrant, UnknownLink, LinkOver, SecondFactorRequired, WrongCode and
    UserStateConflict. A refusal that was counted is returned, so that the count is committed.
    """
    login = claim_openid_login(connection, state, secret)
    finished = login.move(FINISH, now=clock.real_now())
    found = share_openid_provider(connection, login.provider_id)
    assert found is not None, "no registration is forgotten"
    coming = _Coming(login, found.provider, code, terms, clock)
    try:
        came = _came(connection, coming)
    except UnknownOpenidProvider:
        # It has ended, or is not the user's: nobody is told which.
        raise InvalidGrant("openid_unlinked") from None
    if isinstance(came, Refusal):
        return came
    write_openid_login(connection, finished)
    user, codes = came
    from_there = origin._replace(openid_provider_id=login.provider_id)
    started = start_login(connection, user, origin=from_there, terms=session_terms, clock=clock)
    return FinishedLogin(started, codes)


def _came(connection: Connection, coming: _Coming) -> tuple[User, list[str]] | Refusal:
    if coming.login.link_digest is not None:
        return _join(connection, coming, coming.login.link_digest)
    if coming.login.user_id is not None:
        return _link(connection, coming), []
    return _return(connection, coming)


def _return(connection: Connection, coming: _Coming) -> tuple[User, list[str]] | Refusal:
    user_id = user_of_subject(connection, coming.provider.provider_id, coming.subject_digest)
    held = hold_user(connection, user_id) if user_id else None
    if held is None or held.user.has_ended:
        raise InvalidGrant("openid_unlinked")
    user = held.user
    coming.provider.check_opens(user)
    if user.is_locked:
        raise InvalidGrant("user_locked")
    if not coming.login.factor_shown:
        refused = prove_code(
            connection, user, GivenCode(coming.code, coming.terms), clock=coming.clock
        )
        if refused is not None:
            return refused
    return user, []


def _join(connection: Connection, coming: _Coming, digest: bytes) -> tuple[User, list[str]]:
    found = find_link(connection, digest)
    held = hold_user(connection, found.user_id) if found else None
    # Again: whoever held the user before us may have used or replaced it.
    link = find_link(connection, digest)
    if held is None or link is None:
        raise UnknownLink
    used = link.use(coming.clock.real_now())
    coming.provider.check_opens(held.user)
    user = held.user.move(ACCEPT, now=coming.clock.now())
    codes: list[str] = []
    if coming.code is not None:
        codes = set_up_authenticator(
            connection, user.user_id, link, coming.code, terms=coming.terms, clock=coming.clock
        )
    elif coming.terms.to_join(user) and not coming.login.factor_shown:
        raise SecondFactorRequired("missing", pointer="/one_time_code")
    write_used(connection, used)
    now = coming.clock.now()
    write_user(connection, user, UserStep(ACCEPT, user.user_id, user.role), now=now)
    _add_identity(connection, user, coming)
    keep_step(connection, user.user_id, _linked(user, coming), now=now)
    return user, codes


def _link(connection: Connection, coming: _Coming) -> User:
    assert coming.login.user_id is not None
    held = hold_user(connection, coming.login.user_id)
    assert held is not None, "a user asked for it"
    user = held.user.renewed(LINK_OPENID)
    coming.provider.check_opens(user)
    _add_identity(connection, user, coming)
    write_user(connection, user, _linked(user, coming), now=coming.clock.now())
    return user


def _add_identity(connection: Connection, user: User, coming: _Coming) -> None:
    if not add_identity(
        connection,
        coming.provider.provider_id,
        user.user_id,
        coming.subject_digest,
        now=coming.clock.now(),
    ):
        raise InvalidGrant("openid_linked")


def _linked(user: User, coming: _Coming) -> UserStep:
    return UserStep(LINK_OPENID, user.user_id, user.role, about=coming.provider.provider_id)
