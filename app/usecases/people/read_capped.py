"""Read what caps left with their person: the viewer's own reductions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.mandates import left_to_person
from behaviours.people import person_behind
from behaviours.viewer import Viewer
from rewards.pooling.eligibility import LeftToPerson


def read_capped(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> Sequence[LeftToPerson]:
    """The viewer's reductions that a cap left out of a bundle, the newest action first."""
    return left_to_person(connection, person_behind(viewer), before=before, most=most)
