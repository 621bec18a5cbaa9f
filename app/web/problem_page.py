"""What a browser shows when something is refused or missing: a page of ours, not a document."""

from __future__ import annotations

from flask import Flask, Response

from app.http.errors import PAGE
from app.http.languages import preferred_language
from app.http.web_page import PLAIN_POLICY
from app.web.reading import page_in
from behaviours.json_value import JsonObject


def install(app: Flask) -> None:
    """Let browsers have their problems as pages."""
    app.extensions[PAGE] = problem_page


def problem_page(document: JsonObject) -> Response:
    """The page of a problem document, in the language of its sentences."""
    return page_in(preferred_language(), "problem.html", PLAIN_POLICY, one=document)
