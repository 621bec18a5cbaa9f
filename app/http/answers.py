"""Finished answers: JSON as orjson writes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import orjson
from flask import Response

from app.http.current import wiring
from behaviours.json_value import Json

# What orjson writes: JSON, or a thing whose members a TypedDict names, which is a mapping to
# objects for mypy.
Finished: TypeAlias = Json | Mapping[str, object]


def json_answer(body: Finished, status: int = 200) -> Response:
    """``body`` as the answer to this request."""
    return Response(orjson.dumps(body), status=status, content_type="application/json")


def in_force(answer: Response) -> Response:
    """The answer to what changed the rules; this process takes them up before its next request."""
    wiring().rules.expect_news(wiring().database)
    return answer
