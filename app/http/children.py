"""Children: whose things a guardian looks at."""

from __future__ import annotations

from app.http.current import asking_participant, wiring
from app.ids import parse
from app.usecases.people.see_ward import see_ward
from behaviours.viewer import Viewer


def as_child(participant_id: str) -> Viewer:
    """The child as who looks at their own things, for the guardian."""
    return wiring().database.transact(
        see_ward, asking_participant(), parse("par", participant_id), clock=wiring().clock
    )
