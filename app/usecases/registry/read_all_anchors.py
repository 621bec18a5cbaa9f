"""All closed days, for those who keep a copy of them."""

from __future__ import annotations

from datetime import date

from app.store.database import Connection
from app.store.registry.anchors import anchors_from
from behaviours.json_value import JsonObject


def read_all_anchors(connection: Connection, *, first: date = date.min) -> list[JsonObject]:
    """Signed documents from ``first`` on, in the order of days: two kilobytes for each."""
    return list(anchors_from(connection, first))
