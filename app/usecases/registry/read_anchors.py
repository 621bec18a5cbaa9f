"""Closed days of the books, for everybody."""

from __future__ import annotations

from datetime import date

from app.store.database import Connection
from app.store.registry.anchors import anchors_before
from behaviours.json_value import JsonObject


def read_anchors(connection: Connection, *, before: date | None, most: int) -> list[JsonObject]:
    """Signed documents of days before ``before`` (None: of all), the last day first."""
    return anchors_before(connection, before, most=most)
