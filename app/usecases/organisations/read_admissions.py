"""Read admissions of scenes: the programme's are everybody's, a provider's its own."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.scenes import AdmissionFilter, list_admissions
from behaviours.scene_admission import SceneAdmission


def read_admissions(
    connection: Connection,
    *,
    provider_id: UUID | None,
    everything: bool,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[SceneAdmission]:
    """Of a provider (None: of the programme), or of all; the newest application first."""
    wanted = AdmissionFilter(provider_id, everything, state)
    return list_admissions(connection, wanted, before=before, most=most)
