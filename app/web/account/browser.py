"""A browser: the session that it is in, and that a form was sent by a page of ours.

The tokens of the session are in cookies that no script reads and no other site sends along with a
form. A form carries besides what only a page of ours can know: a keyed hash of a cookie.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from typing import Final

from flask import Response, g, request

from app.http.current import wiring
from app.http.sessions import Granted
from app.tokens import Caller, tokens
from app.web.cookie_sessions import by_access, by_refresh
from app.web.cookies import cookie, set_cookie
from behaviours.refusal import Forbidden
from behaviours.users import PARTICIPANT, PROGRAMME_ROLES

ACCESS: Final = "access"
REFRESH: Final = "refresh"
OPENID: Final = "openid"
THEN: Final = "then"
_FORM: Final = "form"
FORM_FIELD: Final = "form_token"
_LONGEST_TEXT: Final = 4096
_COMES_BACK_S: Final = 3600
# Whose login leads to a desk.
WITH_DESKS: Final = (*PROGRAMME_ROLES, "verifier")
_OF_A_DESK: Final = re.compile(r"(?=.{1,500}\Z)/console(/[A-Za-z0-9_][A-Za-z0-9_.@-]*)*")


class FormStale(Forbidden):
    """A form came from another site, or from a page that was opened before the browser closed."""


def field(name: str) -> str:
    """What was typed into a field of a form; empty when nothing was."""
    value = request.form.get(name, "").strip("\r\n")
    return value.replace("\0", "")[:_LONGEST_TEXT]


def form_token() -> str:
    """What a form of this answer carries; its cookie is set with the answer."""
    known = cookie(_FORM) or g.get("form_cookie")
    if known is None:
        known = g.form_cookie = secrets.token_urlsafe(24)
    return _hash(known)


def check_form() -> None:
    """Raises FormStale."""
    known = cookie(_FORM)
    sent = request.form.get(FORM_FIELD, "").encode("utf-8", "replace")
    elsewhere = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
    if elsewhere or known is None or not hmac.compare_digest(_hash(known).encode(), sent):
        raise FormStale


def form_digest(*parts: str) -> bytes:
    """What these words give in this browser and in no other; only here can it be made."""
    known = cookie(_FORM) or ""
    told = json.dumps([known, *parts]).encode()
    key = wiring().settings.secret_key.encode()
    return hmac.digest(key, b"sent\0" + told, hashlib.sha256)


def finished(answer: Response) -> Response:
    """The answer with the cookies that came up while it was made."""
    if "form_cookie" in g:
        set_cookie(answer, _FORM, g.form_cookie)
    if "granted" in g:
        keep_session(answer, g.granted)
    return answer


def keep_session(answer: Response, given: Granted) -> None:
    """Let the browser be in this session, until it is closed."""
    set_cookie(answer, ACCESS, given.access_token)
    set_cookie(answer, REFRESH, given.refresh_token)


def come_back_to(answer: Response, path: str) -> Response:
    """Let the browser come back to this page of a desk once it has logged in."""
    # What no page is called would be led to nowhere, and some of it fits no cookie.
    if _OF_A_DESK.fullmatch(path):
        set_cookie(answer, THEN, path, max_age_s=_COMES_BACK_S)
    return answer


def landing(role: str) -> str:
    """Where the browser goes after a login: to where it was, else to the desk or the account."""
    kept = cookie(THEN) or ""
    if role not in WITH_DESKS:
        return "/account"
    return kept if _OF_A_DESK.fullmatch(kept) else "/console"


def signed_in() -> Caller | None:
    """Who the browser is logged in as, renewed where it is time; None: nobody, or no staff."""
    for read in (_by_access, _by_refresh):
        who = read()
        if who is not None:
            return None if who.role == PARTICIPANT or who.client_id else who
    return None


def _by_access() -> Caller | None:
    return by_access(ACCESS)


def _by_refresh() -> Caller | None:
    given = by_refresh(REFRESH)
    if given is None:
        return None
    g.granted = given
    return tokens().verify(given.access_token).caller


def _hash(known: str) -> str:
    key = wiring().settings.secret_key.encode()
    return hmac.digest(key, b"form\0" + known.encode("utf-8", "replace"), hashlib.sha256).hex()
