"""Read by which name the person who looks is in the rankings."""

from __future__ import annotations

from app.store.database import Connection
from app.store.engagement.rankings import entry_of
from behaviours.people import person_behind
from behaviours.rankings import RankingEntry, UnknownEntry
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def read_own_entry(connection: Connection, *, viewer: Viewer) -> RankingEntry:
    """The entry that stands. Refuses with UnknownEntry."""
    return found_or(entry_of(connection, person_behind(viewer)), UnknownEntry("ranking"))
