"""Read an admission of a scene with every step that led there."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.scenes import find_admission, steps_of_scene
from app.store.organisations.standing import standings_of
from behaviours.refusal import found_or
from behaviours.scene_admission import SceneAdmission, SceneStep, UnknownAdmission
from behaviours.standing import OrganisationStanding
from behaviours.viewer import Viewer


class SeenAdmission(NamedTuple):
    """An admission, how its provider stands (None: it is of the programme), its steps in order."""

    admission: SceneAdmission
    provider: OrganisationStanding | None
    steps: list[SceneStep]


def read_admission(connection: Connection, admission_id: UUID, *, by: Viewer) -> SeenAdmission:
    """The admission with its history; raises UnknownAdmission."""
    found = found_or(find_admission(connection, admission_id), UnknownAdmission("scene_admission"))
    found.check_seen_by(by)
    whose = found.provider_id
    provider = standings_of(connection, [whose])[whose] if whose else None
    return SeenAdmission(found, provider, steps_of_scene(connection, admission_id))
