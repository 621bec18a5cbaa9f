"""State that a locked package is delivered: from then on only the receiver's answer ends it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.hand_overs import write_hand_over
from app.usecases.projects.hold_hand_over import hold_hand_over
from behaviours.viewer import Viewer
from rewards.registry.handing_over import DELIVER, HandOver


def deliver_hand_over(
    connection: Connection, period_id: UUID, number: int, *, by: Viewer, clock: Clock
) -> HandOver:
    """The delivered hand-over, whose package is read from then on.

    Raises HandOverStateConflict and what ``hold_hand_over`` raises.
    """
    held = hold_hand_over(connection, period_id, number, by=by)
    delivered = held.move(DELIVER, now=clock.now())
    write_hand_over(connection, delivered)
    return delivered
