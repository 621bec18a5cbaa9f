"""End a login: its refresh tokens and the access tokens that came from them."""

from __future__ import annotations

from datetime import timedelta

from app.clock import Clock
from app.secrecy.refresh_tokens import digest_of
from app.store.database import Connection
from app.store.organisations import logins


def end_login(
    connection: Connection, token: str, *, access_lifetime: timedelta, clock: Clock
) -> list[str]:
    """End the login of this refresh token; the names under which its tokens are now revoked."""
    found = logins.hold_refresh_token(connection, digest_of(token))
    if found is None:
        return []
    now = clock.real_now()
    return logins.end_login(
        connection, found.login.login_id, now=now, access_until=now + access_lifetime
    )
