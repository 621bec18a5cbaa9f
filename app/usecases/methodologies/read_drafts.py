"""Read which versions are on their way: none, for those who do not work on rules."""

from __future__ import annotations

from app.store.database import Connection
from app.store.methodologies.versions import VersionOnItsWay, on_their_way
from behaviours.rules.lifecycle import works_on_rules
from behaviours.viewer import Viewer


def read_drafts(connection: Connection, *, viewer: Viewer | None) -> list[VersionOnItsWay]:
    """Every draft, filed and reviewed version in a line, by name."""
    return on_their_way(connection) if works_on_rules(viewer) else []
