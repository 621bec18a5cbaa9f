"""The code that is shown at a till: digits, QR and bars, black on white, for a minute."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import segno
from flask import Response
from markupsafe import Markup

from app.auth import allow_public
from app.http.current import now, wiring
from app.http.queries import no_dry_run
from app.http.web_page import FORM_POLICY, asset, page_file
from app.shown.barcode import barcode_svg
from app.tokens import Caller
from app.usecases.redemption.issue_code import issue_code
from app.web.account.browser import check_form
from app.web.reading import Pages
from app.web.wallet.session import of_person, person_of, wallet_page
from behaviours.refusal import Refusal

blueprint = Pages("wallet_code_pages", __name__, description="The code of the wallet.")

# The page runs a script of ours, which asks this page for the next code.
CODE_POLICY: Final = f"{FORM_POLICY}; script-src 'self'; connect-src 'self'"
_GROUPS: Final = (4, 4, 4, 4, 2)
_WIDTH_HEIGHT: Final = re.compile(r'<svg ([^>]*?)width="(\d+)" height="(\d+)"')


class DrawnCode(NamedTuple):
    """A code as it is shown: its digits in groups, and both pictures."""

    grouped: str
    qr: Markup
    bars: Markup


def drawn(code: str) -> DrawnCode:
    """The code as a till and a cashier read it."""
    groups, at = [], 0
    for size in _GROUPS:
        groups.append(code[at : at + size])
        at += size
    picture = segno.make_qr(code, error="m").svg_inline(
        scale=8, border=4, dark="#000", light="#fff", omitsize=True
    )
    bars = barcode_svg(code).decode()
    bars = _WIDTH_HEIGHT.sub(r'<svg \1viewBox="0 0 \2 \3"', bars[bars.index("<svg") :], count=1)
    # Both are drawn by libraries from digits alone.
    return DrawnCode(" ".join(groups), Markup(picture), Markup(bars))  # noqa: S704


@blueprint.route("/wallet/code.js")
@allow_public
@blueprint.response(200, content_type="text/javascript", description="What renews the code")
def code_script() -> Response:
    """The script that counts the seconds and asks for the next code while the page is seen."""
    return asset(page_file("wallet_code.js"), "text/javascript; charset=utf-8")


@blueprint.route("/wallet/code")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@of_person
def show_code_button(who: Caller) -> Response:
    """What a code is for, and the button that makes one."""
    return wallet_page("wallet_code.html", code=None, person=person_of(who))


@blueprint.route("/wallet/code", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.page
@of_person
def send_code_request(who: Caller) -> Response:
    """A fresh code, in the answer itself: it stands nowhere else, so nothing leads on to it."""
    try:
        check_form()
        shown = wiring().database.transact(
            issue_code,
            person_of(who),
            offer_id=None,
            code_key=wiring().settings.identity_key,
            lifetime=wiring().programme.code_lifetime,
            clock=wiring().clock,
        )
    except Refusal as refused:
        return wallet_page("wallet_code.html", refused, code=None)
    answer = wallet_page(
        "wallet_code.html",
        code=drawn(shown.code),
        seconds=max(1, int((shown.expires_at - now()).total_seconds())),
    )
    answer.headers["Content-Security-Policy"] = CODE_POLICY
    return answer
