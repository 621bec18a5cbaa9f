"""Anchors as they are kept: until when the books are closed, and each closed day's document."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.registry.anchored_rows import TABLES
from behaviours.json_value import JsonObject

_CLOSE = text("select close_book(:table_name, :until)")
_CLOSED = text(
    "select min(closed_until) from closed_book where table_name = any(:tables)"
    " having count(*) = cardinality(:tables)"
)
_LAST = text("select day, document from anchor order by day desc limit 1")
_OF_DAY = text("select document from anchor where day = :day")
_BEFORE = text(
    """
    select document from anchor
     where cast(:before as date) is null or day < :before
     order by day desc limit :most
    """
)
_FROM = text("select document from anchor where day >= :first order by day")
# Two runs make the same document: whoever comes second leaves it.
_WRITE = text(
    "insert into anchor (day, document) values (:day, :document) on conflict (day) do nothing"
).bindparams(bindparam("document", type_=JSONB))
_STREAM = {"stream_results": True, "yield_per": 200}


class StoredAnchor(NamedTuple):
    """A closed day and its signed document."""

    day: date
    document: JsonObject

    @property
    def ends_at(self) -> datetime:
        stated = self.document["ends_at"]
        assert isinstance(stated, str), stated
        return datetime.fromisoformat(stated)


def close_book(connection: Connection, table: str, *, until: datetime) -> bool:
    """Let no row into ``table`` from before ``until`` any more; False when it is busy just now."""
    closed: bool = connection.execute(_CLOSE, {"table_name": table, "until": until}).scalar_one()
    return closed


def closed_until(connection: Connection) -> datetime | None:
    """Until when every table of the books is closed; None while one of them never was."""
    found: datetime | None = connection.execute(_CLOSED, {"tables": list(TABLES)}).scalar()
    return found


def last_anchor(connection: Connection) -> StoredAnchor | None:
    row = connection.execute(_LAST).one_or_none()
    return StoredAnchor(*row) if row else None


def anchor_of(connection: Connection, day: date) -> JsonObject | None:
    """The signed document of a day, if it was closed."""
    found: JsonObject | None = connection.execute(_OF_DAY, {"day": day}).scalar()
    return found


def anchors_before(connection: Connection, before: date | None, *, most: int) -> list[JsonObject]:
    """Up to ``most`` documents of days before ``before``, the last day first."""
    return list(connection.execute(_BEFORE, {"before": before, "most": most}).scalars())


def anchors_from(connection: Connection, first: date) -> Iterator[JsonObject]:
    """Every document from a day on, in the order of days, streamed."""
    with connection.execute(_FROM, {"first": first}, execution_options=_STREAM) as rows:
        yield from rows.scalars()


def write_anchor(connection: Connection, day: date, document: JsonObject) -> None:
    connection.execute(_WRITE, {"day": day, "document": document})
