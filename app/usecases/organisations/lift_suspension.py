"""Lift a suspension: two people of two roles sign, and the organisation takes part again."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.matters import open_matters
from app.store.organisations.standing import hold_standing, write_standing
from app.store.outbox.writing import wake_tasks
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.sign_standing import sign_standing
from behaviours.changed_standing import ChangedStanding
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import found_or
from behaviours.standing import LIFT
from behaviours.viewer import Viewer


def lift_suspension(
    connection: Connection, organisation_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> ChangedStanding:
    """The organisation, and the roles that have yet to sign; with none it takes part.

    Its clients ask for tokens with the secrets they have, its users come in as before, and files
    that it had sent are read on from where they were. Raises UsersOnly, UnknownOrganisation,
    OrganisationStateConflict and SamePersonTwice.
    """
    find_actor(connection, by)
    held = found_or(hold_standing(connection, organisation_id), UnknownOrganisation("organisation"))
    now = clock.now()
    lifted = held.move(LIFT, now=now)
    awaiting = sign_standing(connection, held, LIFT, reason=reason, by=by, now=now)
    matters = open_matters(connection, held, now=now)
    if awaiting:
        return ChangedStanding(held, matters, awaiting, [])
    write_standing(connection, lifted)
    wake_tasks(connection, [organisation_id], now=now)
    return ChangedStanding(lifted, matters, [], [])
