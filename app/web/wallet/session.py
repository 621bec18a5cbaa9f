"""A browser that a person is in: the session in cookies of its own, beside that of staff."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, Final, ParamSpec
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, g, redirect, request

from app.auth import StepUpRequired
from app.http.current import wiring
from app.http.sessions import Granted
from app.tokens import Caller, tokens
from app.usecases.people.read_own_sessions import read_own_sessions
from app.web.account.browser import finished
from app.web.account.pages import form_page, language
from app.web.cookie_sessions import by_access, by_refresh
from app.web.cookies import forget, set_cookie
from behaviours.refusal import Refusal
from behaviours.sessions import OF_PEOPLE
from behaviours.users import PARTICIPANT

Asked = ParamSpec("Asked")

HOME: Final = "/wallet"
LOGIN: Final = "/wallet/login"
ACCESS: Final = "wallet"
REFRESH: Final = "wallet-refresh"
# The digits of the voucher that was redeemed last, which are stored nowhere else.
VOUCHER: Final = "voucher"
FRESH_FOR: Final = timedelta(minutes=5)
MOST_SESSIONS: Final = 50
# Where one may be led on to after coming in, and what may be typed there before.
_PAGE: Final = re.compile(r"/wallet(/[a-z]+(/[a-z]{3}_[0-9a-f]{32}(/[a-z]+)?)?)?")
TYPED: Final = ("quantity",)
MOST_TYPED: Final = 100


def of_person(
    view: Callable[Concatenate[Caller, Asked], Response],
) -> Callable[Asked, Response]:
    """The view, given who is in; whoever is not is led to the login and comes back from there.

    What was typed into a form comes back with them, and is sent by nobody but them.
    """

    @wraps(view)
    def guarded(*args: Asked.args, **ids: Asked.kwargs) -> Response:
        who = person()
        if who is None:
            return to_login()
        return view(who, *args, **ids)

    return guarded


def person() -> Caller | None:
    """Who is in the wallet of this browser, renewed where it is time."""
    for read in (_by_access, _by_refresh):
        who = read()
        if who is not None and who.role == PARTICIPANT:
            g.caller = who
            return who
    return None


def to_login() -> Response:
    """To the way in, which leads back to this page with what was typed."""
    sent = request.form if request.method == "POST" else request.args
    typed = {name: sent[name][:MOST_TYPED] for name in TYPED if sent.get(name)}
    then = {"then": page_behind(request.path)}
    unsent = {"unsent": "1"} if request.method == "POST" else {}
    return on(LOGIN, **then, **unsent, **typed)


def page_behind(path: str) -> str:
    """The page that somebody may be led on to: a page of the wallet, or its first."""
    return path if _PAGE.fullmatch(path) and path != LOGIN else HOME


def own_login(who: Caller) -> None:
    """Raises StepUpRequired for who came in by a provider's word."""
    if who.through is not None:
        raise StepUpRequired


def is_fresh(who: Caller) -> bool:
    """Whether they came in by a login of their own within the last minutes."""
    started = session_start(who)
    if who.through is not None or started is None:
        return False
    return wiring().clock.real_now() - started <= FRESH_FOR


def session_start(who: Caller) -> datetime | None:
    """When the session that this browser is in began."""
    found = wiring().database.transact(
        read_own_sessions, person_of(who), clock=wiring().clock, before=None, most=MOST_SESSIONS
    )
    own = [each.started_at for each in found if each.session_id == who.login_id]
    return own[0] if own else None


def person_of(who: Caller) -> UUID:
    """The participant."""
    assert who.tenant_id is not None, "a participant's token names the participant"
    return who.tenant_id


def keep(answer: Response, given: Granted) -> Response:
    """Let the browser be in this session, in place of the one before."""
    lasts = OF_PEOPLE // timedelta(seconds=1)
    set_cookie(answer, ACCESS, given.access_token, max_age_s=lasts)
    set_cookie(answer, REFRESH, given.refresh_token, max_age_s=lasts)
    return answer


def keep_word(answer: Response, token: str, *, lasts_s: int) -> Response:
    """The same of a provider's word, which nothing renews."""
    set_cookie(answer, ACCESS, token, max_age_s=lasts_s)
    forget(answer, REFRESH)
    return answer


def logged_out(answer: Response) -> Response:
    """Nobody is in this browser's wallet any more."""
    forget(answer, ACCESS, REFRESH, VOUCHER)
    return answer


def on(path: str, **query: str) -> Response:
    """Go on at another page of the wallet, in the same language."""
    answer = redirect(f"{path}?{urlencode({'lang': language(), **query})}", 303)
    assert isinstance(answer, Response)
    return _kept(finished(answer))


def wallet_page(template: str, refused: Refusal | None = None, **shown: object) -> Response:
    """A page of one person: no cache keeps it, also not that of the way back."""
    return _kept(form_page(template, refused, **shown))


def _kept(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    if "wallet_granted" in g:
        keep(answer, g.wallet_granted)
    return answer


def _by_access() -> Caller | None:
    return by_access(ACCESS)


def _by_refresh() -> Caller | None:
    given = by_refresh(REFRESH)
    if given is None:
        return None
    g.wallet_granted = given
    return tokens().verify(given.access_token).caller
