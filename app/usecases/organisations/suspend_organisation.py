"""Suspend an organisation: at once, by one person of the programme, with a ground and in words.

Its tokens are revoked in the same transaction, and nobody comes in for it until that is lifted.
What is under way ends where it is: a transaction that began before is waited for and stands, and
what would begin after it is refused.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.organisations.matters import open_matters
from app.store.organisations.revocations import revoke
from app.store.organisations.standing import hold_standing, keep_standing_step, write_standing
from app.usecases.organisations.find_actor import find_actor
from behaviours.changed_standing import ChangedStanding
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def suspend_organisation(
    connection: Connection,
    organisation_id: UUID,
    *,
    ground: str,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> ChangedStanding:
    """The suspended organisation, with what is open with it; whoever acts tells those concerned.

    A verifier loses to another one what it was given and has not accepted. Raises UsersOnly,
    UnknownOrganisation and OrganisationStateConflict.
    """
    actor = find_actor(connection, by)
    held = found_or(hold_standing(connection, organisation_id), UnknownOrganisation("organisation"))
    now, real_now = clock.now(), clock.real_now()
    suspended, told = held.suspend(ground, reason, by=actor.user_id, role=actor.role, now=now)
    write_standing(connection, suspended)
    keep_standing_step(connection, organisation_id, told)
    revoke(connection, [(suspended.tokens, real_now + access_lifetime)])
    start_task(connection, names.REPLACE_VERIFIERS, subject_id=None, arguments={}, now=now)
    matters = open_matters(connection, suspended, now=now)
    return ChangedStanding(suspended, matters, [], [suspended.tokens])
