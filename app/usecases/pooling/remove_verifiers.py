"""Remove verifiers from the authority's pool: they are drawn no more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.outbox import names
from app.outbox.start_task import start_task
from app.store.database import Connection
from app.store.pooling.verifiers import add_pool_step, lock_verifiers, pool_now
from rewards.pooling.refusals import NotInPool


def remove_verifiers(
    connection: Connection,
    organisation_ids: Sequence[UUID],
    *,
    reason: str,
    by: UUID,
    clock: Clock,
) -> None:
    """Each removal is a row of its own; what they accepted before they finish,
    and what they have not accepted goes to others. Raises NotInPool."""
    lock_verifiers(connection)
    now, pool = clock.now(), pool_now(connection)
    for each in organisation_ids:
        if each not in pool:
            raise NotInPool
        del pool[each]
        add_pool_step(
            connection, each, admitted=False, behaviours=None, reason=reason, by=by, now=now
        )
    start_task(connection, names.REPLACE_VERIFIERS, subject_id=None, arguments={}, now=now)
