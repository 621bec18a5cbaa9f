"""Read an admission of a scene with every step that led there."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.scenes import find_admission, steps_of_scene
from behaviours.refusal import found_or
from behaviours.scene_admission import SceneAdmission, SceneStep, UnknownAdmission
from behaviours.viewer import Viewer


class SeenAdmission(NamedTuple):
    """An admission, and its steps in order."""

    admission: SceneAdmission
    steps: list[SceneStep]


def read_admission(connection: Connection, admission_id: UUID, *, by: Viewer) -> SeenAdmission:
    """The admission with its history; raises UnknownAdmission."""
    found = found_or(find_admission(connection, admission_id), UnknownAdmission("scene_admission"))
    found.check_seen_by(by)
    return SeenAdmission(found, steps_of_scene(connection, admission_id))
