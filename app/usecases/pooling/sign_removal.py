"""Sign that a verifier leaves the pool: it is drawn no more. Two people of two roles do."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.verifiers import add_pool_step, lock_verifiers, pool_now
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.logbook import LoggedSubject
from behaviours.proposals import REMOVE_VERIFIER, Proposing
from behaviours.viewer import Viewer
from rewards.pooling.refusals import NotInPool


def sign_removal(
    connection: Connection, organisation_id: UUID, *, reason: str, by: Viewer, clock: Clock
) -> list[str]:
    """The roles that have yet to sign; with none it is out of the pool.

    What it accepted before it finishes, and what it has not accepted goes to others. Raises
    NotInPool and SamePersonTwice.
    """
    assert by.user_id is not None, "a user signs"
    lock_verifiers(connection)
    now = clock.now()
    if organisation_id not in pool_now(connection):
        raise NotInPool
    named = LoggedSubject("organisation", public("org", organisation_id))
    said = Proposing(named, REMOVE_VERIFIER, {}, reason)
    if awaiting := sign_proposal(connection, said, by=by, now=now):
        return awaiting
    add_pool_step(
        connection,
        organisation_id,
        admitted=False,
        behaviours=None,
        reason=reason,
        by=by.user_id,
        now=now,
    )
    start_task(connection, names.REPLACE_VERIFIERS, subject_id=None, arguments={}, now=now)
    return []
