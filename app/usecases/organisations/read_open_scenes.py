"""Read which scenes are open, as this transaction sees them: also what it has just opened."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.scenes import changed_scenes
from behaviours.scenes import SceneRegister, Scenes


def read_open_scenes(connection: Connection, scenes: Scenes) -> Scenes:
    """The same scenes, as they are open now; what is known of them elsewhere may be older."""
    _, admissions = changed_scenes(connection, 0)
    return scenes.with_register(SceneRegister(admissions))
