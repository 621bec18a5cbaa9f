"""The common look of all pages: one style sheet, light or dark, and the size of letters.

What a reader switched to is kept in cookies of this host, so every page is as the last one was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import Response, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.auth import allow_public
from app.http.blueprint import Blueprint, DocumentedParameter
from app.http.current import wiring
from app.http.web_page import page_file
from app.web.cookies import cookie, set_cookie

THEMES: Final = ("auto", "light", "dark")
SIZES: Final = ("normal", "large")
THEME: DocumentedParameter = {
    "in": "query",
    "name": "theme",
    "schema": {"type": "string", "enum": list(THEMES)},
    "description": "Light or dark from here on; auto: as the browser likes it.",
}
SIZE: DocumentedParameter = {
    "in": "query",
    "name": "size",
    "schema": {"type": "string", "enum": list(SIZES)},
    "description": "The size of letters from here on.",
}
_SWITCHES: Final = ("theme", "size")
_KEPT_S: Final = 365 * 24 * 3600
_FOREVER: Final = "public, max-age=31536000, immutable"

blueprint = Blueprint("look", __name__, description="What all pages look like.")


@dataclass(frozen=True)
class Look:
    """How this page is shown, and what its switches offer."""

    theme: str
    size: str
    sheet: str
    is_test: bool
    themes: Sequence[str] = THEMES
    sizes: Sequence[str] = SIZES

    def again(self, base: str | Markup | None, **changed: str) -> str:
        """The address of the page with this changed in its query; ``base`` None: this page.

        It does not say the path of this page, which may hold a secret.
        """
        told = base.unescape() if isinstance(base, Markup) else base
        path, _, query = (told or "").strip().partition("?")
        asked = dict(parse_qsl(query)) if told else request.args.to_dict()
        kept = {name: value for name, value in asked.items() if name not in _SWITCHES}
        return f"{path}?{urlencode({**kept, **changed})}"


def wanted_look() -> Look:
    """What this request asks for, or what was asked for before."""
    return Look(
        _chosen("theme", THEMES),
        _chosen("size", SIZES),
        sheet_path(),
        wiring().settings.is_test_mode,
    )


def keep_look(answer: Response, look: Look) -> None:
    """Keep in the browser what was switched just now."""
    for name, told in (("theme", look.theme), ("size", look.size)):
        if request.args.get(name) == told:
            set_cookie(answer, name, told, max_age_s=_KEPT_S)
    answer.vary.add("Cookie")


@cache
def sheet_path() -> str:
    """Where the style sheet is: another content has another name, so nobody has an old one."""
    return f"/look/{hashlib.sha256(page_file('look.css')).hexdigest()[:16]}.css"


@blueprint.route("/look/<name>")
@allow_public
@blueprint.response(200, content_type="text/css", description="The style of all pages")
def read_style_sheet(name: str) -> Response:
    """The style sheet of all pages, which browsers keep: its name changes with its content."""
    if f"/look/{name}" != sheet_path():
        raise NotFound
    answer = Response(page_file("look.css"), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = _FOREVER
    return answer


def _chosen(name: str, among: Sequence[str]) -> str:
    for told in (request.args.get(name), cookie(name)):
        if told in among:
            return str(told)
    return among[0]
