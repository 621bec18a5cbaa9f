"""Compare anchors with the rows of a database: the running one, a copy or a restored backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.store.database import Connection
from app.store.registry.anchored_rows import day_totals, rows_before
from rewards.ledger.anchor import AnchorDocument, differences


def compare_anchors(
    connection: Connection, documents: Sequence[AnchorDocument], *, from_the_first: bool
) -> Iterator[str]:
    """What the rows of a database say otherwise than these documents, day by day.

    ``from_the_first``: the first document is of the programme's first day, so that a row from
    before it came later. The documents' chains hold (``chain_faults``).
    """
    if documents and from_the_first:
        begin = datetime.fromisoformat(documents[0]["starts_at"])
        for book, count in rows_before(connection, documents[0]["format"], begin).items():
            yield f"before {documents[0]['day']} {book}: {count} rows of 0"
    for document in documents:
        totals = day_totals(
            connection,
            document["format"],
            starts_at=datetime.fromisoformat(document["starts_at"]),
            ends_at=datetime.fromisoformat(document["ends_at"]),
        )
        yield from differences(document, totals)
