"""One closed day of the books."""

from __future__ import annotations

from datetime import date

from app.store.database import Connection
from app.store.registry.anchors import anchor_of
from behaviours.json_value import JsonObject
from behaviours.refusal import UnknownId


class NotClosed(UnknownId):
    """No day of the books by this name was closed."""

    cases = ("closed_day",)


def read_anchor(connection: Connection, day: str) -> JsonObject:
    """The signed document of a day, ``2026-07-01``. Raises NotClosed."""
    try:
        found = anchor_of(connection, date.fromisoformat(day))
    except ValueError:
        found = None
    if found is None:
        raise NotClosed("closed_day")
    return found
