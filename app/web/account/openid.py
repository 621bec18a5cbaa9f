"""Linking oneself to an OpenID provider, and unlinking: which ways there are to come in."""

from __future__ import annotations

from flask import Response

from app.auth import allow_public, taking
from app.http.current import wiring
from app.http.openid_logins import leave
from app.http.own_login import change_login
from app.http.queries import no_dry_run
from app.ids import parse, public
from app.tokens import Caller
from app.usecases.organisations.open_openid_providers import open_openid_providers
from app.usecases.organisations.read_user import read_user
from app.usecases.organisations.unlink_openid import unlink_openid
from app.web.account.browser import OPENID, check_form, field, signed_in
from app.web.account.pages import form_page, go
from app.web.cookies import set_cookie
from app.web.reading import Pages
from behaviours.openid_logins import LIVES, LoginPurpose
from behaviours.refusal import Refusal

blueprint = Pages(
    "account_openid_pages", __name__, description="Which OpenID providers say who one is."
)


@blueprint.route("/account/openid")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
def show_openid() -> Response:
    """By which providers one comes in, and by which one could."""
    who = signed_in()
    return _openid_page(who) if who else go("/login")


@blueprint.route("/account/openid/<provider_id>/link", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.page
def send_openid_link(provider_id: str) -> Response:
    """Begin to link oneself: the page leads to the provider, who says who one is there."""
    who = signed_in()
    if who is None:
        return go("/login")
    try:
        check_form()
        purpose = LoginPurpose(user_id=who.user_id, code=field("code") or None)
        with taking(who, "openid_provider.link_own"):
            left = leave(parse("oip", provider_id), purpose)
    except Refusal as refused:
        return _openid_page(who, refused)
    # A form may send nobody to another site; a link may.
    answer = form_page(
        "openid_leave.html", name=left.begun.provider.name, leads_to=left.authorization_url
    )
    set_cookie(answer, OPENID, left.begun.secret, max_age_s=int(LIVES.total_seconds()))
    return answer


@blueprint.route("/account/openid/<provider_id>/unlink", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the same page")
def send_openid_unlink(provider_id: str) -> Response:
    """Unlink oneself; the sessions in other browsers end."""
    who = signed_in()
    if who is None:
        return go("/login")
    try:
        check_form()
        with taking(who, "openid_provider.unlink_own"):
            code = field("code") or None
            change_login(who, unlink_openid, parse("oip", provider_id), code)
    except Refusal as refused:
        return _openid_page(who, refused)
    return go("/account/openid")


def _openid_page(who: Caller, refused: Refusal | None = None) -> Response:
    now, transact = wiring().clock.real_now(), wiring().database.transact
    seen = transact(read_user, who.user_id, by=who.viewer, now=now)
    open_ones = transact(open_openid_providers, seen.user.organisation_id)
    return form_page(
        "openid.html",
        refused,
        code_needed=seen.has_factor,
        providers=[
            (public("oip", each.provider_id), each.name, each.provider_id in seen.openid_providers)
            for each in open_ones
        ],
    )
