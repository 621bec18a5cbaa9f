"""The rows of closed days in the bytes that were hashed, for who checks them elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from app.store.database import Connection
from app.store.registry.anchored_rows import anchored_rows
from app.store.registry.anchors import anchors_from
from rewards.ledger.anchor import BOOKS_OF, line_of


def read_closed_rows(connection: Connection, *, first: date, last: date) -> Iterator[bytes]:
    """Day after day, in each book after book, and in each by id; both days included.

    Streamed; ``connection`` should be a snapshot.
    """
    for document in list(anchors_from(connection, first)):
        if date.fromisoformat(str(document["day"])) > last:
            return
        starts_at, ends_at = (
            datetime.fromisoformat(str(document[side])) for side in ("starts_at", "ends_at")
        )
        form = str(document["format"])
        for book in BOOKS_OF[form]:
            rows = anchored_rows(connection, book, form, starts_at=starts_at, ends_at=ends_at)
            yield from map(line_of, rows)
