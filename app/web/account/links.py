"""One-time links as pages: what was handed over to come in by, or to come in by again."""

from __future__ import annotations

import segno
from flask import Response, request
from markupsafe import Markup

from app.auth import allow_public
from app.http.accepted_links import accept_sent_link
from app.http.current import wiring
from app.http.languages import LANGUAGE
from app.http.queries import no_dry_run
from app.ids import public
from app.shown.users import opened_link_answer
from app.usecases.organisations.open_openid_providers import open_openid_providers
from app.usecases.organisations.read_link import read_link
from app.web.account.browser import check_form, field
from app.web.account.pages import form_page, left_for
from app.web.reading import Pages
from behaviours.one_time_links import JOIN, ShownSecrets
from behaviours.openid_logins import LoginPurpose
from behaviours.refusal import Refusal

blueprint = Pages("link_pages", __name__, description="One-time links as pages.")


@blueprint.route("/links/<link>")
@allow_public
@blueprint.page
def show_link(link: str) -> Response:
    """What a link is for, and the form that it asks for. It stays good."""
    return _link_page(link)


@blueprint.route("/links/<link>", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.page
def send_link(link: str) -> Response:
    """Use a link: it is good once. Codes that belong to a new authenticator are shown with it."""
    try:
        check_form()
        shown = ShownSecrets(
            field("password"), field("code") or None, field("release_code") or None
        )
        accepted = accept_sent_link(link, shown)
    except Refusal as refused:
        return _link_page(link, refused)
    return form_page("recovery_codes.html", codes=accepted.recovery_codes, leads_to="/login")


@blueprint.route("/links/<link>/openid/<provider_id>")
@allow_public
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(302, description="To the provider")
def join_by_provider(link: str, provider_id: str) -> Response:
    """Join by an OpenID provider instead of a password."""
    try:
        return left_for(provider_id, LoginPurpose(link=link))
    except Refusal as refused:
        return _link_page(link, refused)


def _link_page(link: str, refused: Refusal | None = None) -> Response:
    transact = wiring().database.transact
    try:
        opened = transact(read_link, link, now=wiring().clock.real_now())
    except Refusal as over:
        # Nothing can be done with it: only that, and what helps.
        return form_page("link_over.html", over)
    programme = wiring().programme
    shown = opened_link_answer(
        opened,
        programme=programme.name_en,
        identity_key=wiring().settings.identity_key,
    )
    providers = []
    if opened.link.purpose == JOIN:
        providers = transact(open_openid_providers, opened.user.organisation_id)
    return form_page(
        "link.html",
        refused,
        path=request.path.partition("/openid/")[0],
        link=shown,
        picture=_picture(shown["authenticator"]),
        code_needed=wiring().factor_terms.required,
        providers=[(public("oip", each.provider_id), each.name) for each in providers],
    )


def _picture(authenticator: object) -> Markup | None:
    """The QR code for an authenticator app, drawn without a style of its own."""
    if not isinstance(authenticator, dict):
        return None
    code = segno.make_qr(str(authenticator["otpauth_uri"]), error="m")
    drawn = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)
    return Markup(drawn)  # noqa: S704 - drawn by the library from a text it encodes
