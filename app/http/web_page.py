"""What every page for people carries: its policy, and the files that it loads from here."""

from __future__ import annotations

from importlib import resources

from flask import Response

# Swagger UI writes style attributes and carries its icons as data; scripts come from here only.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
# A page without scripts needs its own style sheet and nothing else.
PLAIN_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# A page with forms that are sent here.
FORM_POLICY = PLAIN_POLICY.replace("form-action 'none'", "form-action 'self'")


def page_file(name: str) -> bytes:
    """A file that lies beside the templates."""
    return (resources.files("app.web") / "templates" / name).read_bytes()


def html(page: str, policy: str = POLICY) -> Response:
    """A page that loads nothing from elsewhere."""
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy
    return response


def asset(content: bytes, content_type: str) -> Response:
    """A file that a page loads; browsers may keep it for a day."""
    response = Response(content, content_type=content_type)
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response
