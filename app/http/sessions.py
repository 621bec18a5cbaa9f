"""What somebody is given who came in: a token that opens routes, and one that renews it."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import request

from app.http.current import wiring
from app.tokens import USER_LIFETIME, Caller, mint
from app.usecases.organisations.renew_login import renew_login
from app.usecases.organisations.start_login import LoginOrigin
from behaviours.organisations import RenewableLogin
from behaviours.refusal import Refusal
from behaviours.users import PARTICIPANT

MOST_AGENT = 200


class Granted(NamedTuple):
    """Tokens of one session, and for how many seconds the first one is good."""

    access_token: str
    refresh_token: str
    lifetime_s: int
    role: str


def granted(renewed: RenewableLogin) -> Granted:
    """The tokens of a login that began, or was renewed."""
    login = renewed.login
    who = Caller(login.role, login.user_id, login.tenant_id, None, login_id=login.login_id)
    lifetime = min(USER_LIFETIME, renewed.expires_at - renewed.seen_at)
    if login.role != PARTICIPANT:
        lifetime = min(lifetime, wiring().programme.sessions.access_lifetime)
    lifetime_s = max(1, lifetime // timedelta(seconds=1))
    token = mint(who, lifetime_s=lifetime_s, app=login.app, seen_at=renewed.seen_at)
    return Granted(token, renewed.refresh_token, lifetime_s, login.role)


def renewed_login(refresh_token: str) -> RenewableLogin | Refusal:
    """The login that a refresh token renews; a refusal that was kept is returned."""
    return wiring().database.transact(
        renew_login,
        refresh_token,
        successor_key=wiring().settings.secret_key.encode(),
        terms=wiring().programme.sessions,
        access_lifetime=USER_LIFETIME,
        clock=wiring().clock,
    )


def login_origin(app_id: UUID | None = None) -> LoginOrigin:
    """Where this request comes from, as it is kept with the session that it begins; ``app_id`` is
    through which app, as it says."""
    agent = request.user_agent.string[:MOST_AGENT] or None
    return LoginOrigin(request.remote_addr or "", agent, app_id=app_id)
