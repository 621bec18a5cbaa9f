"""Anchor the next closed day: count, sum, root and chain of each book, signed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from app.secrecy.signatures import sign
from app.store.database import Connection
from app.store.registry.anchored_rows import day_totals, earliest_row
from app.store.registry.anchors import closed_until, last_anchor, write_anchor
from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from rewards.ledger.anchor import FORMAT, AnchorDocument, anchor_document


def anchor_next_day(connection: Connection, *, zone: ZoneInfo, signing_key: bytes) -> date | None:
    """The day that was anchored; None when every closed day is.

    The first is that of the first row in any book, and no day is left out after it, also where
    nothing was written. Reads the day's rows once, streamed.
    """
    until = closed_until(connection)
    before = last_anchor(connection)
    if until is None:
        return None
    if before is None:
        earliest = earliest_row(connection)
        if earliest is None:
            return None
        day = civil_day(earliest, zone)
        starts_at = start_of_day(day, zone)
    else:
        day = before.day + timedelta(days=1)
        starts_at = before.ends_at
    ends_at = day_ends_at(day, zone)
    if ends_at > until:
        return None
    document = anchor_document(
        day,
        str(zone),
        starts_at=starts_at,
        ends_at=ends_at,
        totals=day_totals(connection, FORMAT, starts_at=starts_at, ends_at=ends_at),
        before=cast(AnchorDocument, before.document) if before else None,
    )
    write_anchor(connection, day, sign(document, signing_key))
    return day
