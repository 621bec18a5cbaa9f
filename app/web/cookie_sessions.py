"""Sessions whose tokens a browser holds in cookies: who is in one, and its renewal."""

from __future__ import annotations

from app.http.sessions import Granted, granted, renewed_login
from app.tokens import Caller, tokens
from app.web.cookies import cookie
from behaviours.refusal import Refusal


def by_access(name: str) -> Caller | None:
    """Of whom the access token in this cookie is; None: of nobody any more."""
    token = cookie(name)
    if not token:
        return None
    try:
        return tokens().verify(token).caller
    except Refusal:
        return None


def by_refresh(name: str) -> Granted | None:
    """The session renewed by the refresh token in this cookie, for the answer to keep."""
    token = cookie(name)
    if not token:
        return None
    renewed = renewed_login(token)
    return None if isinstance(renewed, Refusal) else granted(renewed)
