"""Read one organisation whole, for those who answer for the programme."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.matters import open_matters
from app.store.organisations.standing import find_standing, standing_steps
from behaviours.changed_standing import SeenOrganisation
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import found_or


def read_organisation(
    connection: Connection, organisation_id: UUID, *, clock: Clock
) -> SeenOrganisation:
    """Raises UnknownOrganisation."""
    found = found_or(
        find_standing(connection, organisation_id), UnknownOrganisation("organisation")
    )
    matters = open_matters(connection, found, now=clock.now())
    return SeenOrganisation(found, matters, standing_steps(connection, organisation_id))
