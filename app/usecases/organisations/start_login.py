"""Begin a login: the first of the refresh tokens by which it is renewed."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.refresh_tokens import new_refresh_token
from app.store.database import Connection
from app.store.organisations.logins import add_refresh_token
from app.store.organisations.sessions import add_session
from app.store.organisations.users import share_user
from app.usecases.organisations.check_coming_in import check_coming_in
from app.usecases.organisations.comes_in_as import comes_in_as
from app.usecases.organisations.open_through import open_through
from behaviours.organisations import InvalidGrant, Login, RenewableLogin
from behaviours.sessions import OF_PEOPLE
from behaviours.staff_terms import SessionTerms
from behaviours.users import User


class LoginOrigin(NamedTuple):
    """Where a login begins: the address, what the program there calls itself, the OpenID provider
    that named the user, if one did, and the app through which a person comes, if it says so."""

    address: str
    user_agent: str | None
    openid_provider_id: UUID | None = None
    app_id: UUID | None = None


def start_login(
    connection: Connection,
    proven: User,
    *,
    origin: LoginOrigin,
    terms: SessionTerms,
    clock: Clock,
) -> RenewableLogin:
    """A new login with its first refresh token.

    The password may have been proven in a transaction before: the user is held while the login
    begins, so that somebody who leaves, ends or takes another password at the same moment either
    ends it or is not let in. Raises InvalidGrant.
    """
    check_coming_in(connection, proven.organisation_id)
    app = None
    if origin.app_id is not None:
        if proven.is_staff:
            raise InvalidGrant("app_for_people")
        app = open_through(connection, origin.app_id).named
    user = share_user(connection, proven.user_id)
    if user is None or user.version != proven.version or not user.may_come_in:
        raise InvalidGrant("user_disabled")
    role, now = comes_in_as(connection, user), clock.real_now()
    login = Login(new_id(), user.user_id, role, user.tenant_id, app)
    expires_at = now + OF_PEOPLE
    if user.is_staff:
        began = {name: value for name, value in origin._asdict().items() if name != "app_id"}
        add_session(connection, login.login_id, user.user_id, now=now, **began)
        expires_at = terms.ends_at(now, now)
    token = new_refresh_token()
    return add_refresh_token(connection, login, token, expires_at=expires_at, now=now)
