"""What surrounds every request: its id, its log line, its measurements, its headers."""

from __future__ import annotations

import re
import secrets
import sys
import time
from contextlib import suppress
from typing import BinaryIO

import orjson
import structlog
from flask import Flask, Response, request
from flask.ctx import _AppCtxGlobals
from flask.globals import app_ctx, request_ctx
from prometheus_client import Counter, Histogram
from werkzeug.exceptions import ClientDisconnected, NotFound, RequestTimeout

from app.http.admission import NOT_WHOLE, TURNED_AWAY
from app.http.refusals import ServerBusy

_SAFE_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

SECURITY_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
MOST_UNREAD = 256 * 1024
# Answers of the API load nothing; pages that do set a policy of their own.
STRICTEST_POLICY = "default-src 'none'; frame-ancestors 'none'"

# Multi-process servers set PROMETHEUS_MULTIPROC_DIR before the start, to an emptied folder.
ANSWERS = Counter("tanpuhui_http_answers", "Answers given.", ("method", "route", "status"))
DURATION = Histogram(
    "tanpuhui_http_duration_seconds",
    "Time from the first byte of a request to its answer.",
    ("route",),
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_answers: dict[tuple[str, str, int], Counter] = {}
_durations: dict[str, Histogram] = {}


def configure_log(out: BinaryIO | None = None) -> None:
    """One JSON object a line on standard error; never a code, a token or an identity.

    A process that has arranged its log already keeps its arrangement.
    """
    if structlog.is_configured():
        return
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
        logger_factory=structlog.BytesLoggerFactory(out or sys.stderr.buffer),
        cache_logger_on_first_use=True,
    )


_log = structlog.get_logger("tanpuhui.access")


def install(app: Flask) -> None:
    """Let ``app`` do for every request what this module is about."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    # Not by their proxies, which look anew for every name that they are asked for.
    about, asked = app_ctx.g, request_ctx.request
    about.began = time.perf_counter()
    given = asked.environ.get("HTTP_REQUEST_ID", "")
    about.request_id = given if _SAFE_ID.fullmatch(given) else f"req_{secrets.token_hex(16)}"
    # No id, name or filter holds a NUL, and PostgreSQL could not even be asked about one.
    if "\0" in asked.path or b"%00" in asked.query_string:
        raise NotFound
    if TURNED_AWAY in asked.environ:
        raise ServerBusy(retry_after_s=2)
    if NOT_WHOLE in asked.environ:
        raise asked.environ[NOT_WHOLE]


def _end(response: Response) -> Response:
    about = app_ctx.g
    headers = response.headers
    headers.add("Request-Id", about.request_id)
    for name, value in SECURITY_HEADERS:
        headers.add(name, value)
    if "Content-Security-Policy" not in headers:
        headers.add("Content-Security-Policy", STRICTEST_POLICY)
    if "Cache-Control" not in headers:
        headers.add("Cache-Control", "no-store")
    allowance = about.get("allowance")
    if allowance is not None:
        headers.add("RateLimit-Policy", f'"requests";q={allowance.limit};w=60')
        headers.add("RateLimit", f'"requests";r={allowance.remaining};t={allowance.reset_s}')
        if not allowance.granted:
            headers["Retry-After"] = str(allowance.reset_s)
    if "language" in about:
        headers.setdefault("Content-Language", about.language)
        response.vary.add("Accept-Language")
    if "json_body" not in about and TURNED_AWAY not in request.environ:
        _take_what_was_sent()
    _measure(response, about)
    return response


def _take_what_was_sent() -> None:
    """Read a body that nobody asked for, when it is small.

    A server closes the connection on a client whose body was not read, and a client that is still
    sending sees a broken pipe instead of our answer.
    """
    if 0 < (request.content_length or 0) <= MOST_UNREAD:
        with suppress(ClientDisconnected, RequestTimeout):
            request.get_data(cache=False)


def _measure(response: Response, about: _AppCtxGlobals) -> None:
    """Count and log by the route's pattern: a path may hold a code or a name."""
    duration_s = time.perf_counter() - about.began
    asked = request_ctx.request
    rule = asked.url_rule
    route = rule.rule if rule is not None else "(none)"
    key = (asked.method if rule is not None else "(any)", route, response.status_code)
    counter = _answers.get(key)
    if counter is None:
        counter = _answers[key] = ANSWERS.labels(*key)
    counter.inc()
    histogram = _durations.get(route)
    if histogram is None:
        histogram = _durations[route] = DURATION.labels(route)
    histogram.observe(duration_s)
    caller = about.get("caller")
    _log.info(
        "answered",
        request_id=about.request_id,
        method=asked.method,
        route=route,
        status=response.status_code,
        code=about.get("problem_code"),
        ms=round(duration_s * 1000, 2),
        role=caller.role if caller else None,
        caller=caller.name if caller else None,
    )
