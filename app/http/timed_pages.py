"""Lists in the order of a moment, the last first, with the id where two share one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

from flask import Response

from app.http.answers import json_answer
from app.http.pages import limit_and_cursor, page
from behaviours.json_value import JsonObject

# Before and after everything that anybody did.
FIRST: Final = datetime(1, 1, 2, tzinfo=UTC)
LAST: Final = datetime(9999, 12, 30, tzinfo=UTC)
_BEFORE_ALL: Final = UUID(int=0)


class TimedPlace(NamedTuple):
    """A page has what is before ``until``, and at it what has an id below ``before``; read
    ``most`` rows, one of them to know whether there are more."""

    until: datetime
    before: UUID
    most: int


def timed_place(until: datetime = LAST) -> TimedPlace:
    """Where the page that is asked for begins; the first one before ``until``."""
    limit, place = limit_and_cursor()
    if place is None:
        return TimedPlace(until, _BEFORE_ALL, limit + 1)
    at, named = place
    return TimedPlace(datetime.fromisoformat(at), UUID(hex=named), limit + 1)


def timed_page(rows: Sequence[JsonObject], moment: str) -> Response:
    """The envelope of answers with public ids, in the order of their member ``moment``."""

    def key(row: JsonObject) -> tuple[str, str]:
        return str(row[moment]), str(row["id"]).partition("_")[2]

    return json_answer(page(rows, key))
