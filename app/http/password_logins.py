"""Logins by a password, and by a code where there is an authenticator."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from app.http.attempts import attempt
from app.http.current import wiring
from app.http.sessions import login_origin
from app.usecases.organisations.authenticate_user import authenticate_user
from app.usecases.organisations.start_login import start_login
from behaviours.organisations import InvalidGrant, RenewableLogin

LONGEST_PASSWORD = 4096


def log_in(
    username: str, password: str, code: str | None, *, app_id: UUID | None = None
) -> RenewableLogin:
    """A login that begins; raises what ``authenticate_user`` and ``start_login`` do."""
    if len(password) > LONGEST_PASSWORD:
        raise InvalidGrant("password_wrong")
    user = attempt(
        f"user:{username}",
        partial(
            wiring().database.transact,
            authenticate_user,
            username,
            password,
            code=code,
            terms=wiring().factor_terms,
            clock=wiring().clock,
        ),
    )
    return wiring().database.transact(
        start_login,
        user,
        origin=login_origin(app_id),
        terms=wiring().programme.sessions,
        clock=wiring().clock,
    )
