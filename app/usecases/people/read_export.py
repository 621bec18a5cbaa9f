"""Read the export: everything that is kept of the person who looks."""

from __future__ import annotations

from app.store.database import Connection
from app.store.people.accounts import Row, everything_of
from behaviours.people import person_behind
from behaviours.viewer import Viewer


def read_export(connection: Connection, *, viewer: Viewer) -> dict[str, list[Row]]:
    """Every row about the viewer by its table, in one snapshot: the transaction asks nothing
    before it."""
    return everything_of(connection, person_behind(viewer))
