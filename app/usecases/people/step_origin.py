"""Take a step of an origin: two people of two roles admit it, and one ends it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.origins import hold_origin, write_origin
from app.store.signing import sign
from behaviours.exports.origins import ORIGIN, RecordOrigin, UnknownOrigin
from behaviours.identity_services import ADMIT
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def step_origin(
    connection: Connection, origin_id: UUID, step: str, *, by: Viewer, clock: Clock
) -> tuple[RecordOrigin, list[str]]:
    """The origin, and whose signatures it still awaits for the step.

    What was taken in stays when its origin ends. Refuses with UnknownOrigin, OriginStands or
    SamePersonTwice.
    """
    found = hold_origin(connection, origin_id)
    if found is None:
        raise UnknownOrigin("origin")
    now = clock.now()
    moved = found.move(step, now=now)
    signed = sign(connection, Matter(ORIGIN, origin_id, step), signature_of(by, now))
    missing = missing_roles(signed) if step == ADMIT else []
    if missing:
        return found, missing
    write_origin(connection, moved)
    return moved, []
