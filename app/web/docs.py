"""The contract for machines and for people.

The pages load nothing from elsewhere: the assets of Swagger UI come from an installed package.
"""

from __future__ import annotations

from importlib import resources

from flask import Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as AnyResponse

from app.auth import allow_public
from app.files.guide.pages import GUIDES, SCHEMA
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.languages import preferred_language
from app.http.openapi import contract
from app.http.web_page import asset, html

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


@blueprint.route("/docs/try")
@allow_public
@blueprint.response(200, content_type="text/html", description="A page")
def try_contract() -> Response:
    """The contract to try."""
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
