"""Read admissions of scenes: the programme's are everybody's, a provider's its own."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.scenes import AdmissionFilter, list_admissions
from app.store.organisations.standing import standings_of
from behaviours.scene_admission import SceneAdmission
from behaviours.standing import OrganisationStanding


class ListedAdmission(NamedTuple):
    """An admission, and how its provider stands; None: it is of the programme itself."""

    admission: SceneAdmission
    provider: OrganisationStanding | None


def read_admissions(
    connection: Connection,
    *,
    provider_id: UUID | None = None,
    everything: bool = False,
    state: str | None = None,
    before: UUID | None,
    most: int,
) -> list[ListedAdmission]:
    """Of a provider (None: of the programme), or of all; the newest application first."""
    wanted = AdmissionFilter(provider_id, everything, state)
    found = list_admissions(connection, wanted, before=before, most=most)
    stand = standings_of(connection, {each.provider_id for each in found if each.provider_id})
    return [
        ListedAdmission(each, stand[each.provider_id] if each.provider_id else None)
        for each in found
    ]
