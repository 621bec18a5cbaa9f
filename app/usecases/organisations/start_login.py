"""Begin a login: the first of the refresh tokens by which it is renewed."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.refresh_tokens import new_refresh_token
from app.store.database import Connection
from app.store.organisations.credentials import hold_user
from app.store.organisations.logins import add_refresh_token
from behaviours.organisations import InvalidGrant, Login, RenewableLogin


def start_login(
    connection: Connection, *, user_id: UUID, role: str, tenant_id: UUID | None, clock: Clock
) -> RenewableLogin:
    """A new login with its first refresh token; refuses a user who was disabled meanwhile.

    The password was proven in a transaction before: the user is held while the login begins, so
    that somebody who leaves at the same moment either ends it or is not let in.
    """
    if not hold_user(connection, user_id):
        raise InvalidGrant("user_disabled")
    login = Login(new_id(), user_id, role, tenant_id)
    return add_refresh_token(connection, login, new_refresh_token(), now=clock.real_now())
