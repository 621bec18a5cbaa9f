"""Begin a login by way of an OpenID provider."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.secrecy.link_tokens import link_digest
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.secrecy.openid_secrets import login_digest, new_login_secret, new_state
from app.store.database import Connection
from app.store.organisations.one_time_links import find_link
from app.store.organisations.openid_logins import add_openid_login
from app.store.organisations.openid_providers import share_openid_provider
from app.store.organisations.users import find_user, hold_user
from app.usecases.organisations.prove_code import prove_code
from behaviours.one_time_links import JOIN, UnknownLink
from behaviours.openid_logins import LIVES, LoginDigests, LoginPurpose, OpenidLogin
from behaviours.openid_providers import OpenidProvider, UnknownOpenidProvider
from behaviours.refusal import Refusal
from behaviours.users import LINK_OPENID, UsersOnly


class BegunOpenidLogin(NamedTuple):
    """A login that begins. The state goes through the provider, the secret stays with who asked."""

    provider: OpenidProvider
    state: str
    secret: str
    expires_at: datetime


def begin_openid_login(
    connection: Connection,
    provider_id: UUID,
    *,
    purpose: LoginPurpose,
    terms: FactorTerms,
    clock: Clock,
) -> BegunOpenidLogin | Refusal:
    """Raises UnknownOpenidProvider, UnknownLink, LinkOver, UsersOnly and UserStateConflict.

    A refusal that was counted is returned, so that the count is committed.
    """
    found = share_openid_provider(connection, provider_id)
    if found is None or not found.provider.is_active:
        raise UnknownOpenidProvider("openid_provider")
    digest = None
    if purpose.link is not None:
        digest = link_digest(purpose.link)
        _check_link(connection, digest, found.provider, clock.real_now())
    if purpose.user_id is not None:
        held = hold_user(connection, purpose.user_id)
        if held is None or not held.user.is_staff:
            raise UsersOnly
        held.user.check(LINK_OPENID)
        found.provider.check_opens(held.user)
        refused = prove_code(connection, held.user, GivenCode(purpose.code, terms), clock=clock)
        if refused is not None:
            return refused
    state, secret = new_state(), new_login_secret()
    expires_at = clock.real_now() + LIVES
    kept = LoginDigests(login_digest(state), login_digest(secret), digest)
    login = OpenidLogin.begun(provider_id, purpose, kept, expires_at=expires_at)
    add_openid_login(connection, login)
    return BegunOpenidLogin(found.provider, state, secret, expires_at)


def _check_link(
    connection: Connection, digest: bytes, provider: OpenidProvider, now: datetime
) -> None:
    link = find_link(connection, digest)
    if link is None or link.purpose != JOIN:
        raise UnknownLink
    link.check_good(now)
    user = find_user(connection, link.user_id)
    assert user is not None, "a link is a user's"
    provider.check_opens(user)
