"""Read the package of a hand-over, as it was locked."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.hand_overs import hand_overs_of, package_of
from app.usecases.projects.see_period import see_period
from behaviours.viewer import Viewer
from rewards.registry.handing_over import GIVEN, HandOverStateConflict, UnknownHandOver


def read_package(connection: Connection, period_id: UUID, number: int, *, by: Viewer) -> bytes:
    """The files of a delivered hand-over as a zip, byte for byte those that were locked.

    Raises UnknownPeriod, UnknownHandOver and HandOverStateConflict.
    """
    see_period(connection, period_id, by=by)
    for each in hand_overs_of(connection, period_id):
        if each.number == number:
            content = package_of(connection, each)
            if content is None or each.state not in GIVEN:
                raise HandOverStateConflict(state=each.state, needed=", ".join(GIVEN))
            return content
    raise UnknownHandOver("hand_over")
