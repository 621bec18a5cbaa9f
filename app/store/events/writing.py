"""Writing events: one statement for those of a whole transaction.

An event is written once for each of its readers, because each reads in an order of numbers of its
own; all but the first are copies, which who acts for the programme does not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from app.store.driver import Driver, raw
from app.store.events.numbering import FLOOR
from behaviours.events import Event

COLUMNS: Final = "type, tenant_id, is_copy, subject, version, occurred_at"
# Numbered in the order in which they are given.
_INSERT = f"""
WITH floor AS MATERIALIZED (SELECT {FLOOR})
INSERT INTO event ({COLUMNS})
SELECT d.type, d.tenant_id, d.is_copy, d.subject, d.version, %(now)s
FROM floor CROSS JOIN unnest(%(types)s::text[], %(tenants)s::uuid[], %(copies)s::boolean[],
  %(subjects)s::text[], %(versions)s::integer[]) WITH ORDINALITY
  AS d (type, tenant_id, is_copy, subject, version, place)
ORDER BY d.place
"""  # noqa: S608 - only names of this code


def write_events(connection: Connection, events: Sequence[Event], *, now: datetime) -> None:
    """Write events in their order; the things that they tell of are held."""
    if events:
        ask_to_write(raw(connection), events, now=now)


def ask_to_write(driver: Driver, events: Sequence[Event], *, now: datetime) -> None:
    """The same inside a pipeline."""
    rows = [
        (each.type, reader, bool(at), each.subject, each.version)
        for each in events
        for at, reader in enumerate(_readers(each))
    ]
    names = ("types", "tenants", "copies", "subjects", "versions")
    columns = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    driver.execute(_INSERT, {**columns, "now": now})


def _readers(told: Event) -> Sequence[UUID | None]:
    """Whom an event is written for; of one that names nobody, the programme alone."""
    return told.readers or (None,)
