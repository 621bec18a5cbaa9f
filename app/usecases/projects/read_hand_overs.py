"""Read the hand-overs of a monitoring period."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.hand_overs import (
    blocks_of_hand_over,
    foreign_serials_of,
    hand_overs_of,
)
from app.usecases.projects.see_period import see_period
from behaviours.viewer import Viewer
from rewards.registry.handing_over import ForeignSerial, HandOver


class HandOverRead(NamedTuple):
    """A hand-over, our serials in it, and what the receiver calls each of them."""

    hand_over: HandOver
    serials: list[str]
    foreign: list[ForeignSerial]


def read_hand_overs(connection: Connection, period_id: UUID, *, by: Viewer) -> list[HandOverRead]:
    """Every one, in their order; raises UnknownPeriod."""
    see_period(connection, period_id, by=by)
    return [
        HandOverRead(
            each,
            sorted(block.serial for block in blocks_of_hand_over(connection, each)),
            foreign_serials_of(connection, each),
        )
        for each in hand_overs_of(connection, period_id)
    ]
