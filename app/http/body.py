"""Reading JSON bodies strictly: what two readers could understand differently is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, TypeVar, cast

import orjson
from flask import g, request
from werkzeug.exceptions import RequestEntityTooLarge

from app.http.faults import escape
from behaviours.json_value import Json, JsonObject
from behaviours.refusal import Invalid, Malformed, Unsupported

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_BODY = 2 * 1024 * 1024
LARGEST_BATCH_BODY = 12 * 1024 * 1024
# As nearly everybody declares it, with nothing to take apart.
PLAIN_JSON = "application/json"


class BrokenJson(Malformed):
    """The body is not JSON in UTF-8, or nests deeper than any request here needs to."""

    cases = ("deep", "encoding", "syntax", "long_number", "constant")


class DuplicateMember(Malformed):
    """An object names a member twice, so that two readers could see two different requests."""


class WrongMediaType(Unsupported, code="UNSUPPORTED_MEDIA_TYPE"):
    """The body is not declared as a media type that this route reads."""


class UnstorableText(Invalid):
    """A string holds a character that is no text: NUL, or half of a surrogate pair."""


def large_body(view: View) -> View:
    """Let a route read up to 12 MiB; place it above everything that reads the body."""

    @wraps(view)
    def patient(*args: Any, **kwargs: Any) -> Any:
        request.max_content_length = LARGEST_BATCH_BODY
        return view(*args, **kwargs)

    return cast(View, patient)


def json_body() -> Any:
    """The body of this request as JSON values; read once, then remembered."""
    if "json_body" not in g:
        check_json()
        g.json_body = read_json(whole_body())
    return g.json_body


def check_json() -> None:
    """Refuse a body that is not declared as JSON, or is said to be packed."""
    environ = request.environ
    if environ.get("CONTENT_TYPE") == PLAIN_JSON and "HTTP_CONTENT_ENCODING" not in environ:
        return
    mimetype = request.mimetype
    if mimetype != PLAIN_JSON and not mimetype.endswith("+json"):
        raise WrongMediaType
    check_coding()


def check_coding() -> None:
    """Refuse a body that is said to be packed, or in another encoding than it is read in.

    Who stands between, and believes the header, would see another request than we do.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    packed = request.headers.get("Content-Encoding", "identity").strip().lower()
    if charset not in ("utf-8", "utf8") or packed != "identity":
        raise WrongMediaType


def whole_body() -> bytes:
    """The body of this request, all of it; 413 when it is larger than the route takes.

    A body that comes in chunks does not say its length, and werkzeug cuts it off at the limit
    without a word; one that reaches the limit is therefore taken for a longer one.
    """
    raw = request.get_data(cache=True)
    if request.content_length is None and len(raw) >= (request.max_content_length or math.inf):
        raise RequestEntityTooLarge
    return raw


def read_json(raw: bytes) -> Any:
    """The value of a JSON text; refuses what is broken, ambiguous or cannot be stored.

    orjson reads quickly and strictly but keeps the last of two equal member names. Every member
    lost that way takes a colon with it, so writing the value again shows by its colons whether
    one was lost; only then, or when orjson refuses, the slow reader says exactly what is wrong.
    """
    try:
        value = orjson.loads(raw)
        same = b"\\u003" not in raw and raw.count(b":") == orjson.dumps(value).count(b":")
    except orjson.JSONDecodeError:
        return _read_slowly(raw)
    except orjson.JSONEncodeError:
        raise BrokenJson("deep", most=100) from None
    if not same:
        value = _read_slowly(raw)
    if b"\\u0000" in raw:
        _refuse_unstorable(value, "")
    return value


def _read_slowly(raw: bytes) -> Any:
    try:
        value = json.loads(
            raw.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant
        )
        # A lone surrogate and a NUL can be written in JSON, but they are no text.
        _refuse_unstorable(value, "")
    except UnicodeDecodeError as problem:
        raise BrokenJson("encoding", byte=problem.start) from None
    except json.JSONDecodeError as problem:
        raise BrokenJson("syntax", line=problem.lineno, column=problem.colno) from None
    except RecursionError:
        raise BrokenJson("deep", most=100) from None
    except ValueError:
        raise BrokenJson("long_number") from None
    return value


def _members(pairs: list[tuple[str, Json]]) -> JsonObject:
    members: dict[str, Json] = {}
    for name, value in pairs:
        if name in members:
            shown = name[:64].encode("utf-8", "replace").decode()
            raise DuplicateMember(name=shown)
        members[name] = value
    return members


def _no_constant(name: str) -> NoReturn:
    raise BrokenJson("constant", name=name)


def _refuse_unstorable(value: Any, pointer: str) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise UnstorableText(pointer=pointer)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _refuse_unstorable(name, pointer)
            _refuse_unstorable(inner, f"{pointer}/{escape(name)}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _refuse_unstorable(inner, f"{pointer}/{index}")
