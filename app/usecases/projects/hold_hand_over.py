"""Hold a hand-over for a step of who answers for the programme in its project's region."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.hand_overs import hand_overs_of
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.projects.see_period import see_period
from behaviours.viewer import Viewer
from rewards.registry.handing_over import HandOver, UnknownHandOver


def hold_hand_over(connection: Connection, period_id: UUID, number: int, *, by: Viewer) -> HandOver:
    """The hand-over, whose project nobody else moves until the transaction ends.

    Raises UnknownPeriod and UnknownHandOver.
    """
    period = see_period(connection, period_id, by=by)
    hold_project_in(connection, period.project_id, by=by)
    found = [each for each in hand_overs_of(connection, period_id) if each.number == number]
    if not found:
        raise UnknownHandOver("hand_over")
    return found[0]
