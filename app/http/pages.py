"""Pages: lists by cursor, whose cost does not depend on how far one has read."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
from flask import Response, jsonify, request
from marshmallow import Schema, fields

from app.http.blueprint import ValidationFailed
from app.http.current import wiring
from behaviours.refusal import Kind, Refusal

USUAL = 20
MOST = 100
MAC_BYTES = 8


class BadCursor(Refusal):
    """The cursor was damaged, or belongs to another list or other filters."""

    kind = Kind.MALFORMED
    code = "BAD_CURSOR"


def limit_and_cursor() -> tuple[int, Any]:
    """How many rows the caller wants (read one more), and where to go on: None at the start.

    The cursor is what ``page`` was given as the last row's key, after a way through JSON: a
    UUID or a datetime comes back as text. A limit above 100 means 100.
    """
    return _limit() or USUAL, _cursor()


def whole_or_page(rows: Sequence[Any]) -> dict[str, Any]:
    """The envelope of a short list that is held in memory: whole, unless ``limit`` is named."""
    limit, begin = _limit() or len(rows), _cursor() or 0
    end = begin + limit
    more = end < len(rows)
    return {
        "data": list(rows[begin:end]),
        "has_more": more,
        "next_cursor": _sealed(end) if more else None,
    }


def page(rows: Sequence[Any], key: Callable[[Any], Any]) -> dict[str, Any]:
    """The envelope of a list: ``rows`` are answers, in order, one more than the limit if any.

    ``key`` gives of a row what the next query continues after.
    """
    limit, _ = limit_and_cursor()
    shown = rows[:limit]
    more = len(rows) > limit
    return {
        "data": list(shown),
        "has_more": more,
        "next_cursor": _sealed(key(shown[-1])) if more else None,
    }


def cursor_id() -> tuple[int, UUID | None]:
    """(rows to read, the id to go on before) of a list by descending id."""
    limit, cursor = limit_and_cursor()
    return limit + 1, UUID(hex=cursor) if cursor else None


def as_page(rows: list[dict[str, Any]]) -> Response:
    """The envelope of answers whose public ids are the cursor."""
    return jsonify(page(rows, lambda row: row["id"].partition("_")[2]))


def page_of(each: type[Schema], name: str) -> type[Schema]:
    """The schema, by this name in the contract, of what ``page`` makes of such answers."""
    return Schema.from_dict(
        {
            "data": fields.List(fields.Nested(each)),
            "has_more": fields.Boolean(),
            "next_cursor": fields.String(allow_none=True),
        },
        name=name,
    )


def _limit() -> int | None:
    text = request.args.get("limit", "")
    if text and not (text.isascii() and text.isdigit() and int(text[:12]) > 0):
        raise ValidationFailed(
            [{"pointer": "/limit", "code": "OUT_OF_RANGE", "detail": f"Ask for 1 to {MOST} rows."}]
        )
    return min(int(text[:12]), MOST) if text else None


def _cursor() -> Any:
    cursor = request.args.get("cursor")
    return _opened(cursor) if cursor else None


def _sealed(key: Any) -> str:
    inside = orjson.dumps(key, default=str)
    return base64.urlsafe_b64encode(_mac(inside) + inside).decode().rstrip("=")


def _opened(cursor: str) -> Any:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        mac, inside = raw[:MAC_BYTES], raw[MAC_BYTES:]
        if hmac.compare_digest(mac, _mac(inside)):
            return orjson.loads(inside)
    except ValueError:
        pass  # Not base64, not ASCII or not JSON: refused below like every other damage.
    raise BadCursor(
        "This cursor does not belong to this list with these filters. "
        "Send next_cursor as it was given, or start again without it."
    )


def _mac(inside: bytes) -> bytes:
    """Binds a cursor to the path and the filters it was made for."""
    filters = sorted(
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("limit", "cursor")
    )
    bound = orjson.dumps([request.path, filters]) + inside
    key = wiring().settings.secret_key.encode()
    return hmac.digest(key, b"cursor\0" + bound, hashlib.sha256)[:MAC_BYTES]
