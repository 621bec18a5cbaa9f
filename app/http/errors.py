"""Errors: every way of saying no leaves here as one shape, ``application/problem+json``.

``STATUS`` is the one place where a kind of refusal meets HTTP. Whatever is not foreseen is logged
with the request's id and answered 500 without a word about its inside.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

import orjson
import structlog
from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, default_exceptions

from app.http import body
from app.http.faults import ValidationFailed
from app.http.languages import preferred_language
from app.messages.catalogues import in_words, sentence, title
from app.store.faults import DATABASE_FAULTS
from app.tokens import TokenMissing
from behaviours.document import DocumentError
from behaviours.json_value import JsonObject
from behaviours.refusal import Kind, Refusal
from behaviours.said import Said

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

# What the layers below the routes say by a status alone: a code and a sentence.
HTTP_CODES: dict[int, tuple[str, Said]] = {
    400: ("BAD_REQUEST", Said("http:400")),
    401: ("TOKEN_MISSING", Said("http:401")),
    403: ("FORBIDDEN", Said("http:403")),
    404: ("NOT_FOUND", Said("http:404")),
    405: ("METHOD_NOT_ALLOWED", Said("http:405")),
    408: ("REQUEST_TIMEOUT", Said("http:408")),
    413: (
        "BODY_TOO_LARGE",
        Said(
            "http:413",
            {
                "most": body.LARGEST_BODY // 1024**2,
                "most_of_batches": body.LARGEST_BATCH_BODY // 1024**2,
            },
        ),
    ),
    415: ("UNSUPPORTED_MEDIA_TYPE", Said("http:415")),
    429: ("TOO_MANY_REQUESTS", Said("http:429")),
    500: ("INTERNAL_ERROR", Said("http:500")),
    503: ("UNAVAILABLE", Said("http:503")),
}

# Where an application keeps what shows a problem document as a page.
PAGE: Final = "tanpuhui_problem_page"
_log = structlog.get_logger("tanpuhui.errors")


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The HTTP status of a refusal: that of its kind."""
    return STATUS[refusal.kind]


def problem_of(refusal: Refusal, *, under: str = "") -> JsonObject:
    """The problem document of a refusal; ``under`` is a pointer put before its own."""
    language = preferred_language()
    detail = sentence(refusal, language)
    errors: list[JsonObject] = []
    if isinstance(refusal, ValidationFailed):
        errors = [
            {
                "pointer": under + fault.pointer,
                "code": fault.code,
                "detail": in_words(fault.said, language),
            }
            for fault in refusal.faults
        ]
    elif isinstance(refusal, DocumentError):
        return _problem_of_document(refusal, under, language)
    elif refusal.pointer or under:
        pointer = under + refusal.pointer
        errors = [{"pointer": pointer, "code": refusal.code, "detail": detail}]
        errors += [
            {"pointer": each.pointer, "code": each.code, "detail": sentence(each, language)}
            for each in refusal.beside
        ]
    document = problem(status_of(refusal), refusal.code, detail, errors)
    # The facts of a failed validation are its faults.
    if isinstance(refusal, ValidationFailed) or not refusal.facts:
        return document
    facts = {name: in_words(fact, language) for name, fact in refusal.facts.items()}
    return {**document, "details": facts}


def _problem_of_document(refusal: DocumentError, under: str, language: str) -> JsonObject:
    """Every fault of a document that was sent, each with its place; the first one is the detail."""
    told = [
        {
            "pointer": under + each.pointer,
            "code": each.code,
            "detail": sentence(each, language),
            **{name: each.facts[name] for name in ("file", "line", "field")},
        }
        for each in refusal.all
    ]
    document = problem(status_of(refusal), refusal.code, sentence(refusal, language), told)
    facts = {name: in_words(fact, language) for name, fact in refusal.facts.items()}
    return {**document, "details": {**facts, "untold": refusal.untold}}


def problem(status: int, code: str, detail: str, errors: Sequence[JsonObject] = ()) -> JsonObject:
    """A problem document (RFC 9457) of this request."""
    return {
        "type": f"/docs/errors/{code}",
        "title": title(code, preferred_language()),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": g.get("request_id", ""),
        "errors": errors,
    }


def answer(document: JsonObject, status: int, headers: dict[str, str] | None = None) -> Response:
    """A problem document as the answer to this request."""
    g.problem_code = document["code"]
    if _is_read_by_people():
        return _as_page(document, status, headers)
    return Response(
        # A refusal may carry ids and times in its details.
        orjson.dumps(document, default=str, option=orjson.OPT_UTC_Z),
        status=status,
        headers=headers,
        content_type="application/problem+json",
    )


def _is_read_by_people() -> bool:
    """Whether a browser asks for a page; who takes anything gets the document."""
    offered = ("application/problem+json", "application/json", "text/html")
    return PAGE in current_app.extensions and (
        request.accept_mimetypes.best_match(offered) == "text/html"
    )


def _as_page(document: JsonObject, status: int, headers: dict[str, str] | None) -> Response:
    page: Response = current_app.extensions[PAGE](document)
    page.status_code = status
    page.headers.update(headers or {})
    page.vary.add("Accept")
    return page


def install(app: Flask) -> None:
    """Let every error of ``app`` leave as a problem document; as a page, where one is installed
    and a browser asks."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    for kind in default_exceptions.values():
        app.register_error_handler(kind, _http_error)
    for fault in DATABASE_FAULTS:
        app.register_error_handler(fault, _unreachable)
    app.register_error_handler(Exception, _broken)


def _refused(refusal: Refusal) -> Response:
    document, status = problem_of(refusal), status_of(refusal)
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = _challenge(refusal)
    if "retry_after_s" in refusal.facts:
        headers["Retry-After"] = str(refusal.facts["retry_after_s"])
    # OAuth clients look for their own word.
    if hasattr(refusal, "oauth_error"):
        told = {"error": refusal.oauth_error, "error_description": document["detail"]}
        document = {**document, **told}
    return answer(document, status, headers)


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
    kept = {
        name: value
        for name, value in error.get_headers()
        if name.lower() in ("allow", "retry-after", "www-authenticate")
    }
    return answer(_problem_of_status(status), status, kept)


def _unreachable(error: Exception) -> Response:
    _log.error("database unreachable", request_id=g.get("request_id"), exc_info=error)
    return answer(_problem_of_status(503), 503, {"Retry-After": "2"})


def _broken(error: Exception) -> Response:
    _log.error("broken", request_id=g.get("request_id"), exc_info=error)
    return answer(_problem_of_status(500), 500)


def _problem_of_status(status: int) -> JsonObject:
    """The problem document of what has no refusal, only a status."""
    code, said = HTTP_CODES.get(status) or HTTP_CODES[status // 100 * 100]
    if status not in HTTP_CODES:
        code = HTTPStatus(status).name
    return problem(status, code, in_words(said, preferred_language()))
