"""A page for every error code: what it means, and what helps."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask import Response
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from app.auth import allow_public
from app.http.errors import HTTP_CODES, status_of
from app.http.languages import preferred_language
from app.http.web_page import PLAIN_POLICY
from app.messages.catalogues import messages, text, title
from app.web.reading import Pages, page_in
from behaviours.refusal import KINDS, Refusal

blueprint = Pages("error_codes", __name__, description="Error codes as pages to read.")


@blueprint.route("/docs/errors")
@allow_public
@blueprint.page
def list_errors() -> Response:
    """Every error code."""
    language = preferred_language()
    rows = [(status, code, title(code, language)) for code, status in sorted(_statuses().items())]
    return page_in(language, "error_codes.html", PLAIN_POLICY, rows=rows)


@blueprint.route("/docs/errors/<code>")
@allow_public
@blueprint.page
def read_error(code: str) -> Response:
    """What an error code means, and what helps."""
    statuses = _statuses()
    if code not in statuses:
        raise NotFound
    status, language = statuses[code], preferred_language()
    return page_in(
        language,
        "error_code.html",
        PLAIN_POLICY,
        code=code,
        title=title(code, language),
        what=text("page:code", language, {"code": code, "status": status}),
        causes=[_with_marked_facts(each) for each in _causes(code, language)],
        remedy=_remedy(code, status, language),
    )


def _statuses() -> dict[str, int]:
    """The status of every code."""
    return {code: status for status, (code, _) in HTTP_CODES.items()} | {
        each.code: status_of(each) for each in _refusals(Refusal)
    }


def _causes(code: str, language: str) -> list[str]:
    """What the answers with this code say, with the places of their facts in braces."""
    said = messages(language)
    by_case = [each for key, each in said.items() if key == code or key.startswith(f"{code}.")]
    by_status = [said[key] for each, key in HTTP_CODES.values() if each == code]
    return by_case + [each for each in by_status if each not in by_case]


def _remedy(code: str, status: int, language: str) -> str:
    """What helps: with this code, or else with every refusal of its status."""
    said = messages(language)
    return said.get(f"remedy:{code}") or said[f"remedy:{status}"]


def _with_marked_facts(sentence: str) -> Markup:
    marked = re.sub(r"\{(\w+)(?:!r)?\}", r"<var>\1</var>", str(escape(sentence)))
    return Markup(marked)  # noqa: S704 - the sentence is escaped above


def _refusals(above: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in above.__subclasses__():
        if each not in KINDS:
            yield each
        yield from _refusals(each)
