"""The ways into the wallet, and one's sessions: a link of a provider, or a login of one's own."""

from __future__ import annotations

from functools import partial
from typing import NotRequired

from flask import Response, request

from app.auth import allow_public
from app.http.attempts import attempt
from app.http.current import wiring
from app.http.fields import Line
from app.http.password_logins import log_in
from app.http.sandbox import owner_of
from app.http.sessions import granted
from app.http.web_page import asset, page_file
from app.ids import parse, public
from app.shown.figures import Figures
from app.tokens import USER_LIFETIME, USER_LIFETIME_S, Caller, mint, tokens
from app.usecases.organisations.exchange_token import Exchanged, exchange_token
from app.usecases.organisations.prove_subject import LINK_TO_WALLET
from app.usecases.people.end_own_session import end_own_session
from app.usecases.people.read_own_sessions import read_own_sessions
from app.web.account.browser import check_form, field
from app.web.account.pages import language
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import Pages
from app.web.wallet.session import (
    HOME,
    LOGIN,
    MOST_SESSIONS,
    MOST_TYPED,
    TYPED,
    keep,
    keep_word,
    logged_out,
    of_person,
    on,
    own_login,
    page_behind,
    person_of,
    wallet_page,
)
from behaviours.apps import AppSession
from behaviours.json_value import JsonObject
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.users import PARTICIPANT

blueprint = Pages("wallet_login_pages", __name__, description="Ways into the wallet.")


class LoginAsked(PageQuery):
    """Where to go on, why one is here, and what was typed before."""

    then = Line(most=256, metadata={"description": "The page of the wallet that comes next."})
    unsent = Line(metadata={"enum": ["1"], "description": "A form came without a session."})
    again = Line(metadata={"enum": ["1"], "description": "The next step asks for a fresh login."})
    quantity = Line(most=MOST_TYPED, metadata={"description": "As it was typed before."})


class SentLogin(SentPageQuery):
    """As ``LoginAsked`` loads it."""

    then: NotRequired[str]
    unsent: NotRequired[str]
    again: NotRequired[str]
    quantity: NotRequired[str]


@blueprint.route("/wallet/page.css")
@allow_public
@blueprint.response(200, content_type="text/css", description="The style of the wallet")
def wallet_style() -> Response:
    """What the wallet adds to the look of all pages."""
    return asset(page_file("wallet.css"), "text/css; charset=utf-8")


@blueprint.route("/wallet/in/<assertion>")
@allow_public
@blueprint.page
def show_wallet_link(assertion: str) -> Response:
    """A provider's link: whoever opens it is asked first, so that no preview uses it up."""
    return wallet_page("wallet_link.html", assertion=assertion)


@blueprint.route("/wallet/in/<assertion>", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the wallet")
def send_wallet_link(assertion: str) -> Response:
    """Come in by a provider's link: a JWT of its login service, good once and for a minute."""
    try:
        check_form()
        came = attempt(f"wallet|{request.remote_addr}", partial(_exchanged, assertion))
    except Refusal as refused:
        return wallet_page("wallet_link.html", refused, assertion=assertion)
    who = Caller(
        PARTICIPANT,
        came.participant_id,
        came.participant_id,
        None,
        through=came.organisation_id,
        login_id=came.session_id,
    )
    token = mint(
        who,
        lifetime_s=USER_LIFETIME_S,
        link_id=came.link_id,
        login_service_id=came.login_service_id,
        owner_id=owner_of(came.organisation_id),
        seen_at=came.seen_at,
    )
    return keep_word(on(HOME), token, lasts_s=USER_LIFETIME_S)


@blueprint.route("/wallet/login")
@allow_public
@blueprint.arguments(LoginAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
def show_wallet_login(_asked: SentLogin) -> Response:
    """The login of one's own."""
    return _login()


@blueprint.route("/wallet/login", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the page that was asked for")
def send_wallet_login() -> Response:
    """Come in; a new session takes the place of the one before."""
    try:
        check_form()
        begun = log_in(field("username"), field("password"), None)
        if begun.login.role != PARTICIPANT:
            # As to whoever has no account: this login tells nothing of others.
            raise InvalidGrant("password_wrong")
    except Refusal as refused:
        return _login(refused)
    return keep(on(page_behind(field("then")), **_typed()), granted(begun))


@blueprint.route("/wallet/sessions")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_wallet_sessions(who: Caller) -> Response:
    """Where one is logged in."""
    return _sessions(who)


@blueprint.route("/wallet/sessions/<session_id>/end", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the sessions, or to the login")
@of_person
def send_wallet_session_end(who: Caller, session_id: str) -> Response:
    """End one of one's sessions; the one that the browser is in: log out."""
    wanted = parse("ses", session_id)
    try:
        check_form()
        if wanted != who.login_id:
            own_login(who)
        names = wiring().database.transact(
            end_own_session,
            person_of(who),
            wanted,
            access_lifetime=USER_LIFETIME,
            clock=wiring().clock,
        )
    except Refusal as refused:
        return _sessions(who, refused)
    tokens().take_note(names)
    if wanted != who.login_id:
        return on("/wallet/sessions")
    return logged_out(on(LOGIN))


def _exchanged(assertion: str) -> Exchanged:
    return wiring().database.transact(
        exchange_token,
        assertion,
        organisation_id=None,
        app_id=None,
        lifetime=USER_LIFETIME,
        identity_key=wiring().settings.identity_key,
        clock=wiring().clock,
        use=LINK_TO_WALLET,
    )


def _typed() -> dict[str, str]:
    sent = request.values
    return {name: sent[name][:MOST_TYPED] for name in TYPED if sent.get(name)}


def _login(refused: Refusal | None = None) -> Response:
    return wallet_page(
        "wallet_login.html",
        refused,
        username=field("username"),
        then=page_behind(request.values.get("then", HOME)),
        unsent=request.values.get("unsent") == "1",
        again=request.values.get("again") == "1",
        typed=_typed(),
    )


def _sessions(who: Caller, refused: Refusal | None = None) -> Response:
    found = wiring().database.transact(
        read_own_sessions, person_of(who), clock=wiring().clock, before=None, most=MOST_SESSIONS
    )
    return wallet_page(
        "wallet_sessions.html",
        refused,
        sessions=[_session(each, is_here=each.session_id == who.login_id) for each in found],
        may_end_others=who.through is None,
    )


def _session(session: AppSession, *, is_here: bool) -> JsonObject:
    shows = Figures(language(), wiring().zone)
    app = session.app
    name = (app.name_zh if language() == "zh-CN" else app.name_en) if app else None
    return {
        "id": public("ses", session.session_id),
        "is_here": is_here,
        "by_word": session.provider_id is not None,
        "app": name,
        "started_at": shows.moment(session.started_at.isoformat()),
        "expires_at": shows.moment(session.expires_at.isoformat()),
    }
