"""Read the package of a hand-over, as it was locked."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.hand_overs import hand_overs_of, package_of
from app.usecases.projects.see_period import see_period
from behaviours.viewer import Viewer
from rewards.registry.handing_over import GIVEN, HandOverStateConflict, UnknownHandOver


def read_package(connection: Connection, period_id: UUID, *, by: Viewer) -> bytes:
    """The files of a period's last hand-over as a zip, byte for byte those that were locked.

    Raises UnknownPeriod, UnknownHandOver and, before it is delivered, HandOverStateConflict.
    """
    see_period(connection, period_id, by=by)
    found = hand_overs_of(connection, period_id)
    if not found:
        raise UnknownHandOver("hand_over")
    content = package_of(connection, found[-1])
    if content is None or found[-1].state not in GIVEN:
        raise HandOverStateConflict(state=found[-1].state, needed=", ".join(GIVEN))
    return content
