"""The login, the coming back from an OpenID provider, and one's own sessions."""

from __future__ import annotations

from typing import NotRequired

from flask import Response, g, redirect
from marshmallow import fields as plain

from app.auth import allow_public, taking
from app.http.current import wiring
from app.http.errors import STATUS
from app.http.faults import ValidationFailed
from app.http.fields import Line
from app.http.languages import LANGUAGE, wanted_language
from app.http.openid_logins import come_back, leave
from app.http.password_logins import log_in
from app.http.sessions import granted
from app.http.web_page import FORM_POLICY, asset, page_file
from app.ids import parse, public
from app.messages.catalogues import in_words, sentence
from app.shown.users import seen_user_answer, session_answer
from app.tokens import USER_LIFETIME, Caller, tokens
from app.usecases.organisations.end_session import end_session
from app.usecases.organisations.finish_openid_login import FinishedLogin
from app.usecases.organisations.open_openid_providers import open_openid_providers
from app.usecases.organisations.read_sessions import read_sessions
from app.usecases.organisations.read_user import read_user
from app.web.account.browser import (
    ACCESS,
    OPENID,
    REFRESH,
    check_form,
    field,
    finished,
    form_token,
    keep_session,
    signed_in,
)
from app.web.cookies import cookie, forget, set_cookie
from app.web.page_query import PageQuery, SentPageQuery
from app.web.reading import DEFAULT_LANGUAGE, Pages, reading_page
from behaviours.openid_logins import LIVES, ComingBack, LoginPurpose
from behaviours.openid_providers import CALLBACK
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.second_factor import CODE_MISSING, SecondFactorRequired, WrongCode
from behaviours.users import APPLICANT

blueprint = Pages("account_pages", __name__, description="Pages by which staff comes in.")

MOST_SESSIONS = 50


class CallbackAsked(PageQuery):
    """What providers send along; what is not named here is of no use, and refused."""

    code = Line(most=4096)
    state = Line(most=256)
    iss = Line(most=500)
    error = Line(most=200)
    error_description = plain.String()
    error_uri = plain.String()
    session_state = plain.String()
    scope = plain.String()
    authuser = plain.String()
    prompt = plain.String()
    hd = plain.String()
    client_info = plain.String()


class SentCallback(SentPageQuery):
    """As ``CallbackAsked`` loads it."""

    code: NotRequired[str]
    state: NotRequired[str]
    iss: NotRequired[str]
    error: NotRequired[str]
    error_description: NotRequired[str]
    error_uri: NotRequired[str]
    session_state: NotRequired[str]
    scope: NotRequired[str]
    authuser: NotRequired[str]
    prompt: NotRequired[str]
    hd: NotRequired[str]
    client_info: NotRequired[str]


def language() -> str:
    """The language of this page."""
    return wanted_language() or DEFAULT_LANGUAGE


def form_page(template: str, refused: Refusal | None = None, **shown: object) -> Response:
    """A page with forms; ``refused``: what was wrong with what was sent, said above it."""
    answer = reading_page(
        template,
        policy=FORM_POLICY,
        form_token=form_token(),
        wrong=_wrong(refused) if refused else None,
        wrong_field=_field_of(refused),
        wrong_at=refused.pointer if refused else "",
        wrong_code=refused.code if refused else None,
        request_id=g.get("request_id", ""),
        **shown,
    )
    if refused is not None:
        answer.status_code = STATUS[refused.kind]
    return finished(answer)


def _wrong(refused: Refusal) -> str:
    """What was wrong, in words; a page leads to the field and need not name its place."""
    if isinstance(refused, ValidationFailed):
        return str(in_words(refused.faults[0].said, language()))
    return sentence(refused, language())


def _field_of(refused: Refusal | None) -> str:
    """The field of a form that is wrong, by its name."""
    if not isinstance(refused, ValidationFailed):
        return ""
    return refused.faults[0].pointer.removeprefix("/").partition("/")[0]


def go(path: str) -> Response:
    """Go on at another page of ours, in the same language."""
    answer = redirect(f"{path}?lang={language()}", 303)
    assert isinstance(answer, Response)
    return finished(answer)


@blueprint.route("/login/page.css")
@allow_public
@blueprint.response(200, content_type="text/css", description="The style of the pages")
def account_style() -> Response:
    """The style sheet of forms."""
    return asset(page_file("account.css"), "text/css; charset=utf-8")


@blueprint.route("/login")
@allow_public
@blueprint.page
def show_login() -> Response:
    """A name, a password and a code; or an OpenID provider of the programme's own staff."""
    return _login_page()


@blueprint.route("/login/of/<organisation_id>")
@allow_public
@blueprint.page
def show_organisations_login(organisation_id: str) -> Response:
    """The login of an organisation's users, with its own OpenID providers."""
    return _login_page(organisation_id=organisation_id)


@blueprint.route("/login", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the account")
def send_login() -> Response:
    """Log in, and go on to the account."""
    try:
        check_form()
        begun = log_in(field("username"), field("password"), field("code") or None)
    except Refusal as refused:
        return _login_page(refused)
    return _inside(FinishedLogin(begun, []))


@blueprint.route("/login/openid/<provider_id>")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(302, description="To the provider")
def go_to_provider(provider_id: str) -> Response:
    """Begin a login by a provider."""
    try:
        return left_for(provider_id, LoginPurpose())
    except Refusal as refused:
        return _login_page(refused)


def left_for(provider_id: str, purpose: LoginPurpose) -> Response:
    """Send the browser to the provider; raises what ``leave`` does."""
    left = leave(parse("oip", provider_id), purpose)
    answer = redirect(left.authorization_url, 302)
    assert isinstance(answer, Response)
    set_cookie(answer, OPENID, left.begun.secret, max_age_s=int(LIVES.total_seconds()))
    return answer


@blueprint.route(CALLBACK)
@allow_public
@blueprint.arguments(CallbackAsked, location="query")
@blueprint.response(200, content_type="text/html", description="A page")
@blueprint.alt_response(303, description="To the account")
def return_from_provider(asked: SentCallback) -> Response:
    """Come back from a provider; where it is not believed about it, a code is asked for here."""
    code, state = asked.get("code"), asked.get("state")
    if not code or not state:
        return _login_page(InvalidGrant("openid_refused"))
    return _back(ComingBack(state, cookie(OPENID) or "", code, asked.get("iss"), None))


@blueprint.route("/login/code", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the account")
def send_code() -> Response:
    """Send the code of an authenticator that was missing after the provider."""
    try:
        check_form()
    except Refusal as refused:
        return _login_page(refused)
    back = ComingBack(field("state"), cookie(OPENID) or "", None, None, field("code") or None)
    return _back(back)


@blueprint.route("/account")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
def show_account() -> Response:
    """Who one is here, and where one is logged in."""
    who = signed_in()
    return _account_page(who) if who else go("/login")


@blueprint.route("/account/sessions/<session_id>/end", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the account")
def send_session_end(session_id: str) -> Response:
    """End one of one's sessions; the one that the browser is in: log out."""
    who = signed_in()
    if who is None:
        return go("/login")
    try:
        check_form()
        wanted = parse("ses", session_id)
        with taking(who, "session.end_own"):
            names = wiring().database.transact(
                end_session,
                who.user_id,
                wanted,
                by=who.viewer,
                access_lifetime=USER_LIFETIME,
                clock=wiring().clock,
            )
    except Refusal as refused:
        return _account_page(who, refused)
    tokens().take_note(names)
    if wanted != who.login_id:
        return go("/account")
    answer = go("/login")
    forget(answer, ACCESS, REFRESH)
    return answer


def _account_page(who: Caller, refused: Refusal | None = None) -> Response:
    now, transact = wiring().clock.real_now(), wiring().database.transact
    seen = transact(read_user, who.user_id, by=who.viewer, now=now)
    sessions = transact(
        read_sessions, who.user_id, by=who.viewer, now=now, before=None, most=MOST_SESSIONS
    )
    return form_page(
        "account.html",
        refused,
        user=seen_user_answer(seen),
        applies=who.role == APPLICANT,
        sessions=[session_answer(each, each.session_id == who.login_id) for each in sessions],
    )


def _login_page(refused: Refusal | None = None, organisation_id: str | None = None) -> Response:
    whose = parse("org", organisation_id) if organisation_id else None
    providers = wiring().database.transact(open_openid_providers, whose)
    return form_page(
        "login.html",
        refused,
        username=field("username"),
        providers=[(public("oip", each.provider_id), each.name) for each in providers],
    )


def _back(back: ComingBack) -> Response:
    try:
        return _inside(come_back(back))
    except (SecondFactorRequired, WrongCode) as refused:
        if refused.case == CODE_MISSING or isinstance(refused, WrongCode):
            asked = refused if back.code is None else None
            return form_page("login_code.html", asked, state=back.state)
        return _login_page(refused)
    except Refusal as refused:
        return _login_page(refused)


def _inside(done: FinishedLogin) -> Response:
    """The account, or first the codes that are shown this once."""
    given = granted(done.login)
    if done.recovery_codes:
        answer = form_page("recovery_codes.html", codes=done.recovery_codes, leads_to="/account")
    else:
        answer = go("/account")
    keep_session(answer, given)
    forget(answer, OPENID)
    return answer
