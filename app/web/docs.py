"""The contract for machines and for people, and a page for every error code.

The pages load nothing from elsewhere: the assets of Swagger UI come from an installed package.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources
from inspect import cleandoc

from flask import Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.errors import HTTP_CODES, status_of
from app.http.openapi import contract
from app.http.web_page import asset, html
from app.messages.catalogues import title
from behaviours.refusal import Refusal

blueprint = Blueprint("documentation", __name__, description="The contract and its explanations.")

ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
_PAGE = """<!doctype html>
<html lang="en">
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
# What helps with a whole class of refusals; the sentence of the answer itself says more.
REMEDIES = {
    400: "Correct the form of the request; sending it again unchanged gives the same answer.",
    401: "Ask for a token at POST /v1/auth/token and send it as `Authorization: Bearer …`.",
    403: "Use a credential of the right role; GET /openapi.json names the roles of each route.",
    404: "Check the id: it may be mistyped, or belong to somebody else.",
    405: "Use one of the methods in the Allow header.",
    409: "Read the present state first: the request does not fit it. `details` may name it.",
    410: "What was asked for is over. Begin again with a fresh one.",
    412: "Read the newest version, apply the change to it, and send its ETag as If-Match.",
    413: "Send less at once: split a batch, or use an import for a file.",
    415: "Send `Content-Type: application/json`.",
    422: "Correct the members that `errors` points at, and send the request again.",
    429: "Wait as long as the Retry-After header says.",
    500: "Tell the operator the request_id. The request had no effect and may be sent again.",
    503: "Wait as long as the Retry-After header says, and send the request again.",
}
# Where the sentence for the whole class would send the reader the wrong way.
REMEDIES_BY_CODE = {
    "CONSENT_MISSING": "Let the person agree in your app, then send the consent with POST "
    "/v1/participants; name the day on which they agreed as `granted_at`.",
    "CONSENT_WITHDRAWN": "Report no actions done after the withdrawal, unless the person agrees "
    "again.",
    "IDEMPOTENCY_KEY_IN_USE": "Wait for the first request with this key, then send it again.",
    "IDEMPOTENCY_KEY_REUSED": "Use a fresh key for a new wish; keep the old one for the old wish.",
    "UNKNOWN_PARTICIPANT": "Enrol the person (POST /v1/participants) and use the id it answers.",
}


@blueprint.route("/openapi.json")
@allow_public
@blueprint.response(200, description="The contract (OpenAPI 3.1)")
def openapi_json() -> Response:
    """The contract, generated from the code."""
    response = current_app.json.response(contract(current_app))
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response.make_conditional(request)


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
    return html(_PAGE.format(title="Tanpuhui API", style="swagger-ui.css", body=body))


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


@blueprint.route("/docs/errors")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def list_errors() -> Response:
    """Every error code."""
    rows = "\n".join(
        f'<tr><td>{status}</td><th><a href="/docs/errors/{code}">{code}</a></th></tr>'
        for code, (status, _) in sorted(_codes().items())
    )
    body = f"<h1>Errors</h1>\n<table>\n{rows}\n</table>"
    return html(_PAGE.format(title="Errors", style="page.css", body=body))


@blueprint.route("/docs/errors/<code>")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def read_error(code: str) -> Response:
    """What an error code means, and what helps."""
    if code not in _codes():
        raise NotFound
    status, cause = _codes()[code]
    body = (
        f"<h1>{escape(title(code))}</h1>\n"
        f"<p>Code <code>{escape(code)}</code>, HTTP status {status}.</p>\n"
        f"<h2>Cause</h2>\n<p>{escape(cause)}</p>\n"
        f"<h2>Remedy</h2>\n<p>{escape(REMEDIES_BY_CODE.get(code, REMEDIES[status]))}</p>\n"
        '<p><a href="/docs/errors">All errors</a></p>'
    )
    return html(_PAGE.format(title=escape(code), style="page.css", body=body))


def _codes() -> dict[str, tuple[int, str]]:
    """Every code with its status and its cause."""
    codes = {code: (status, cause) for status, (code, cause) in HTTP_CODES.items()}
    codes |= {each.code: (status_of(each), _cause(each)) for each in _refusals(Refusal)}
    return codes


def _refusals(above: type[Refusal]) -> Iterator[type[Refusal]]:
    for each in above.__subclasses__():
        if each.code != Refusal.code:
            yield each
        yield from _refusals(each)


def _cause(kind: type[Refusal]) -> str:
    return cleandoc(kind.__doc__ or "")
