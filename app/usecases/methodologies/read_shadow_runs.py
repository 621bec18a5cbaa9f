"""Read which shadow runs were made of a version."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.methodologies.shadowing import runs_of
from behaviours.rules.shadow import RunOfARule


def read_shadow_runs(
    connection: Connection, code: str, version: str, *, before: UUID | None, most: int
) -> list[RunOfARule]:
    """The runs, newest first, without their reports; the routes admit those who work on rules."""
    return runs_of(connection, code, version, before=before, most=most)
