"""Sign a change of owner; the second of two signatures makes the project the next owner's."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.issuances import issued_before
from app.store.projects.owner_changes import write_owner_change
from app.store.projects.projects import write_project
from app.store.signing import sign_by
from app.usecases.projects.hold_owner_change import hold_owner_change
from behaviours.civil_time import civil_day
from behaviours.projects.owner_change import OwnerChange
from behaviours.viewer import Viewer
from rewards.signing import Matter


class SignedOwnerChange(NamedTuple):
    """A change of owner after a signature, and the roles whose signature is missing."""

    change: OwnerChange
    awaiting: list[str]


def sign_owner_change(
    connection: Connection,
    project_id: UUID,
    number: int,
    *,
    zone: tzinfo,
    by: Viewer,
    clock: Clock,
) -> SignedOwnerChange:
    """The change and who has yet to sign; the project is the next owner's when nobody has.

    An issue at the same moment comes before, and its units are the former owner's, or after: both
    hold the project. Raises OwnerChangeStateConflict, OwnerChangeEarly, OwnerChangeLate,
    ProjectStateConflict, SamePersonTwice and what ``hold_owner_change`` raises.
    """
    # The former owner may have been closed since: it handed over before.
    held = hold_owner_change(connection, project_id, number, by=by, taking_part=["next_id"])
    now = clock.now()
    confirmed = held.change.confirmed(
        today=civil_day(now, zone), issued_before=issued_before(connection, project_id), now=now
    )
    owned = held.project.owned_by(confirmed.next_id)
    verb = f"change_owner:{confirmed.signed_digest.hex()}"
    awaiting = sign_by(connection, Matter("project", project_id, verb), by, now)
    if awaiting:
        return SignedOwnerChange(held.change, awaiting)
    write_project(connection, owned)
    write_owner_change(connection, confirmed)
    return SignedOwnerChange(confirmed, [])
