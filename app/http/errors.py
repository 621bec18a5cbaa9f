"""Errors: every way of saying no leaves here as one shape, ``application/problem+json``.

``STATUS`` is the one place where a kind of refusal meets HTTP. Whatever is not foreseen is logged
with the request's id and answered 500 without a word about its inside.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, default_exceptions

from app.auth import TokenMissing
from app.http import body
from app.http.blueprint import ValidationFailed
from app.http.languages import preferred_language
from app.messages.catalogues import sentence, title
from app.store.faults import DATABASE_FAULTS
from behaviours.refusal import Kind, Refusal

# What a kind of refusal is in HTTP.
STATUS: dict[Kind, int] = {
    Kind.MALFORMED: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.UNKNOWN: 404,
    Kind.CONFLICT: 409,
    Kind.GONE: 410,
    Kind.STALE: 412,
    Kind.UNSUPPORTED: 415,
    Kind.INVALID: 422,
    Kind.BUSY: 429,
    Kind.UNAVAILABLE: 503,
}

# What the layers below the routes say by a status alone.
HTTP_CODES: dict[int, tuple[str, str]] = {
    400: ("BAD_REQUEST", "The request cannot be read. Check its form against /docs."),
    401: ("TOKEN_MISSING", "Send `Authorization: Bearer <access_token>`."),
    403: ("FORBIDDEN", "This is not for the caller."),
    404: ("NOT_FOUND", "There is nothing here. Check the path against /docs."),
    405: ("METHOD_NOT_ALLOWED", "This path does not answer this method; see the Allow header."),
    413: ("BODY_TOO_LARGE", "The body is too large. Send less at once."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "Send the body as JSON."),
    429: ("TOO_MANY_REQUESTS", "Too many requests. Wait as long as Retry-After says."),
    500: ("INTERNAL_ERROR", "Something broke here. Tell us the request_id; nothing was kept."),
    503: ("UNAVAILABLE", "A part of the service cannot be reached just now. Try again shortly."),
}

_log = structlog.get_logger("tanpuhui.errors")


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The HTTP status of a refusal: that of its kind."""
    return STATUS[refusal.kind]


def problem_of(refusal: Refusal, *, under: str = "") -> dict[str, Any]:
    """The problem document of a refusal; ``under`` is a pointer put before its own."""
    detail = sentence(refusal, preferred_language())
    if isinstance(refusal, ValidationFailed):
        errors = [{**each, "pointer": under + each["pointer"]} for each in refusal.errors]
    elif refusal.pointer or under:
        errors = [
            {
                "pointer": under + refusal.pointer,
                "code": refusal.code,
                "detail": detail,
            }
        ]
    else:
        errors = []
    document = problem(status_of(refusal), refusal.code, detail, errors)
    if refusal.facts:
        document["details"] = dict(refusal.facts)
    return document


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """A problem document (RFC 9457) of this request."""
    return {
        "type": f"/docs/errors/{code}",
        "title": title(code, preferred_language()),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
        "errors": errors or [],
    }


def answer(document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    """A problem document as the answer to this request."""
    g.problem_code = document["code"]
    return Response(
        # A refusal may carry ids and times in its details.
        orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z),
        status=document["status"],
        headers=headers,
        content_type="application/problem+json",
    )


def install(app: Flask) -> None:
    """Let every error of ``app`` leave as a problem document."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    for kind in default_exceptions.values():
        app.register_error_handler(kind, _http_error)
    for kind in DATABASE_FAULTS:
        app.register_error_handler(kind, _unreachable)
    app.register_error_handler(Exception, _broken)


def _refused(refusal: Refusal) -> Response:
    document = problem_of(refusal)
    headers = {}
    if document["status"] == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(refusal)
    for name in ("retry_after_s",):
        if name in refusal.facts:
            headers["Retry-After"] = str(refusal.facts[name])
    # OAuth clients look for their own word.
    if hasattr(refusal, "oauth_error"):
        document["error"] = refusal.oauth_error
        document["error_description"] = document["detail"]
    return answer(document, headers)


def _challenge(refusal: Refusal) -> str:
    if hasattr(refusal, "oauth_error"):
        return 'Basic realm="tanpuhui"'
    if isinstance(refusal, TokenMissing):
        return 'Bearer realm="tanpuhui"'
    return f'Bearer realm="tanpuhui", error="invalid_token", error_description="{refusal.code}"'


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error  # A redirection is no error.
    code, detail = HTTP_CODES.get(status, (HTTPStatus(status).name, error.description or ""))
    if isinstance(error, RequestEntityTooLarge):
        detail = (
            f"The body is larger than {body.LARGEST_BODY // 1024**2} MiB"
            f" ({body.LARGEST_BATCH_BODY // 1024**2} MiB for batches). Send less at once."
        )
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() in ("allow", "retry-after", "www-authenticate")
    }
    return answer(problem(status, code, detail), kept)


def _unreachable(error: Exception) -> Response:
    _log.error("database unreachable", request_id=g.get("request_id"), exc_info=error)
    code, detail = HTTP_CODES[503]
    return answer(problem(503, code, detail), {"Retry-After": "2"})


def _broken(error: Exception) -> Response:
    _log.error("broken", request_id=g.get("request_id"), exc_info=error)
    code, detail = HTTP_CODES[500]
    return answer(problem(500, code, detail))
