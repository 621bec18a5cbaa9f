"""The contract for machines and for people, and a page for every error code.

The pages load nothing from elsewhere: the assets of Swagger UI come from an installed package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib import resources

from flask import Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.auth import allow_public
from app.files.guide.pages import GUIDES, SCHEMA
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.errors import HTTP_CODES, status_of
from app.http.languages import preferred_language
from app.http.openapi import contract
from app.http.web_page import asset, html
from app.messages.catalogues import messages, text, title
from behaviours.refusal import KINDS, Refusal

blueprint = Blueprint("documentation", __name__, description="The contract and its explanations.")

ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="/docs/assets/favicon-32x32.png">
<link rel="stylesheet" href="/docs/assets/{style}">
</head>
<body>
{body}
</body>
</html>
"""
_START = """window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#contract",
  deepLinking: true,
  persistAuthorization: true,
  validatorUrl: null
});
"""
_STYLE = """body { font: 1rem/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 44rem;
  padding: 0 1rem; color: #1b2a22; }
code { background: #eef4f0; padding: .1em .3em; }
th { text-align: left; padding-right: 1.5rem; }
"""


@blueprint.route("/openapi.json")
@allow_public
@blueprint.response(200, description="The contract (OpenAPI 3.1)")
def openapi_json() -> Response:
    """The contract, generated from the code."""
    response = json_answer(contract(current_app))
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.route("/docs")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def read_docs() -> Response:
    """The contract to read and to try."""
    body = (
        '<div id="contract"></div>\n'
        '<script src="/docs/assets/swagger-ui-bundle.js"></script>\n'
        '<script src="/docs/assets/start.js"></script>'
    )
    return html(
        _PAGE.format(language="en", title="Tanpuhui API", style="swagger-ui.css", body=body)
    )


@blueprint.route("/docs/")
@allow_public
@blueprint.response(308, description="The page without the stroke")
def docs_with_stroke() -> AnyResponse:
    """The same page under its other spelling."""
    return redirect("/docs", 308)


@blueprint.route("/docs/assets/<name>")
@allow_public
@blueprint.response(200, description="A file of the page")
def docs_asset(name: str) -> Response:
    """A file that the documentation page loads."""
    if name == "start.js":
        return asset(_START.encode(), "text/javascript; charset=utf-8")
    if name == "page.css":
        return asset(_STYLE.encode(), "text/css; charset=utf-8")
    if name not in ASSETS:
        raise NotFound
    file = resources.files("flask_swagger_ui") / "dist" / name
    return asset(file.read_bytes(), ASSETS[name])


@blueprint.route("/")
@allow_public
@blueprint.response(302, description="To the documentation")
def front() -> AnyResponse:
    """The front route leads to the documentation."""
    return redirect("/docs")


@blueprint.route("/docs/imports")
@allow_public
@blueprint.response(200, content_type="text/markdown", description="A text")
def read_mapping_guide() -> Response:
    """How the rows of a provider's file become actions: the guide of the mapping language."""
    guide = GUIDES[preferred_language()]
    return Response(guide, content_type="text/markdown; charset=utf-8")


@blueprint.route("/docs/imports/mapping.schema.json")
@allow_public
@blueprint.response(200, description="The schema")
def read_mapping_schema() -> Response:
    """The JSON Schema of a mapping, for editors."""
    return Response(SCHEMA, content_type="application/schema+json")


@blueprint.route("/docs/errors")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def list_errors() -> Response:
    """Every error code."""
    language = preferred_language()
    rows = "\n".join(
        f'<tr><td>{status}</td><th><a href="/docs/errors/{code}">{code}</a></th>'
        f"<td>{escape(title(code, language))}</td></tr>"
        for code, status in sorted(_statuses().items())
    )
    heading = text("page:errors", language)
    return _page(heading, f"<h1>{heading}</h1>\n<table>\n{rows}\n</table>", language)


@blueprint.route("/docs/errors/<code>")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def read_error(code: str) -> Response:
    """What an error code means, and what helps."""
    statuses = _statuses()
    if code not in statuses:
        raise NotFound
    status, language = statuses[code], preferred_language()
    causes = "\n".join(f"<p>{_with_marked_facts(each)}</p>" for each in _causes(code, language))
    remedy = escape(_remedy(code, status, language))
    what = escape(text("page:code", language, {"code": code, "status": status}))
    body = (
        f"<h1>{escape(title(code, language))}</h1>\n"
        f"<p>{what}</p>\n"
        f"<h2>{text('page:cause', language)}</h2>\n{causes}\n"
        f"<h2>{text('page:remedy', language)}</h2>\n<p>{remedy}</p>\n"
        f'<p><a href="/docs/errors">{text("page:all_errors", language)}</a></p>'
    )
    return _page(escape(code), body, language)


def _page(heading: str, body: str, language: str) -> Response:
    return html(_PAGE.format(language=language, title=heading, style="page.css", body=body))


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


def _with_marked_facts(sentence: str) -> str:
    return re.sub(r"\{(\w+)(?:!r)?\}", r"<var>\1</var>", escape(sentence))


def _refusals(above: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in above.__subclasses__():
        if each not in KINDS:
            yield each
        yield from _refusals(each)
