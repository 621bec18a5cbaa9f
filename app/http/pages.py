"""Pages: lists by cursor, whose cost does not depend on how far one has read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict, TypeVar
from uuid import UUID

import orjson
from flask import Response, jsonify, request
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import Schema, fields

from app.http.current import wiring
from app.http.faults import invalid
from app.http.fields import Strict
from behaviours.json_value import JsonObject
from behaviours.refusal import Malformed

Row = TypeVar("Row", bound=JsonObject)

Thing = TypeVar("Thing")

USUAL = 20
MOST = 100


class OfAPage(Strict):
    """Base of the query of a list that is narrowed down: which page of it."""

    limit = fields.String()
    cursor = fields.String()


class WantedPage(TypedDict, total=False):
    """As ``OfAPage`` loads it."""

    limit: str
    cursor: str


class BadCursor(Malformed):
    """The cursor was damaged, or belongs to another list or other filters."""


def limit_and_cursor() -> tuple[int, Any]:
    """How many rows the caller wants (read one more), and where to go on: None at the start.

    The cursor is what ``page`` was given as the last row's key, after a way through JSON: a
    UUID or a datetime comes back as text. Raises ValidationFailed for a limit above 100.
    """
    return wanted_limit(), _cursor()


def wanted_limit() -> int:
    """How many rows the caller wants. Raises ValidationFailed for more than 100."""
    return _limit() or USUAL


def whole_or_page(rows: Sequence[JsonObject]) -> JsonObject:
    """The envelope of a short list that is held in memory: whole, unless ``limit`` is named."""
    limit, begin = _limit() or len(rows), _cursor() or 0
    end = begin + limit
    more = end < len(rows)
    return {
        "data": list(rows[begin:end]),
        "has_more": more,
        "next_cursor": _sealed(end) if more else None,
    }


def page(rows: Sequence[Row], key: Callable[[Row], Any]) -> JsonObject:
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


def as_page(rows: Sequence[JsonObject]) -> Response:
    """The envelope of answers whose public ids are the cursor."""
    return jsonify(page(rows, lambda row: str(row["id"]).partition("_")[2]))


def read_page(
    show: Callable[[Thing], JsonObject],
    read: Callable[..., Sequence[Thing]],
    *given: object,
    **named: object,
) -> Response:
    """The page that was asked for, of a list by descending id, read in one transaction.

    ``read`` is given ``before`` and ``most`` besides what is named here; ``show`` makes the
    answer of each, which has a public id.
    """
    most, before = cursor_id()
    found = wiring().database.transact(read, *given, before=before, most=most, **named)
    return as_page([show(each) for each in found])


def read_page_by(
    key: Callable[[JsonObject], Any],
    place: Callable[[Any], object],
    show: Callable[[Thing], JsonObject],
    read: Callable[..., Sequence[Thing]],
    *given: object,
    **named: object,
) -> Response:
    """The page that was asked for, of a list in an order of its own, read in one transaction.

    ``key`` tells of an answer where the next page goes on, and ``place`` makes of that, after its
    way through JSON, what ``read`` is given as ``after``.
    """
    limit, cursor = limit_and_cursor()
    after = None if cursor is None else place(cursor)
    found = wiring().database.transact(read, *given, after=after, most=limit + 1, **named)
    return jsonify(page([show(each) for each in found], key))


def read_one(
    show: Callable[[Thing], JsonObject],
    read: Callable[..., Thing],
    *given: object,
    **named: object,
) -> Response:
    """One thing, read in one transaction and shown."""
    return jsonify(show(wiring().database.transact(read, *given, **named)))


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
    if text and not (text.isascii() and text.isdigit() and 0 < int(text[:12]) <= MOST):
        raise invalid("?limit", "OUT_OF_RANGE", "rows", most=MOST)
    return int(text) if text else None


def _cursor() -> Any:
    cursor = request.args.get("cursor")
    return _opened(cursor) if cursor else None


def _sealed(key: Any) -> str:
    # The key as text, so that what the signer writes needs no type but this one.
    return _signer().dumps(orjson.dumps(key, default=str).decode())


def _opened(cursor: str) -> Any:
    try:
        return orjson.loads(_signer().loads(cursor))
    except (BadData, ValueError):
        raise BadCursor from None


def _signer() -> URLSafeSerializer:
    """Binds cursors to the path and the filters that they were made for."""
    filters = sorted(
        (name, value)
        for name, value in request.args.items(multi=True)
        if name not in ("limit", "cursor")
    )
    bound = orjson.dumps([request.path, filters])
    return URLSafeSerializer(wiring().settings.secret_key, salt=b"cursor\0" + bound)
