"""Read what was taken away, for who answers for the programme."""

from __future__ import annotations

from datetime import date

from app.store.database import Connection
from app.store.retention.reports import reports
from behaviours.retention import RetentionReport


def read_retention_reports(
    connection: Connection, *, kind: str | None, before: tuple[date, str] | None, most: int
) -> list[RetentionReport]:
    """By civil day and kind, the last day first."""
    return reports(connection, kind=kind, before=before, most=most)
