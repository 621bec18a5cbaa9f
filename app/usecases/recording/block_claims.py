"""Block claims: what is declared elsewhere stands in the register, and its claims count no more."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.pooling.declared import claiming, find_declared, reductions_of
from app.store.pooling.leaving import lock_bundles_of
from app.store.projects.designs import lock_land
from app.store.recording.declared import add_declarations
from app.usecases.pooling.remove_reversed import TakenBack, remove_reversed
from app.usecases.recording.suspend_projects import suspend_projects
from behaviours.actions.declared import DECLARED, DeclaredNumber, RegisteredDeclaration


def block_claims(
    connection: Connection,
    new: Sequence[tuple[bytes, DeclaredNumber, list[bytes]]],
    *,
    zone: ZoneInfo,
    declared_by: UUID | None,
    clock: Clock,
) -> list[RegisteredDeclaration]:
    """Declarations that do not stand yet: each with the digest of its numbers and its claims.

    Reductions that hold one of these claims leave the bundles that are not frozen, and a project on
    the register that holds such a meter is suspended.
    """
    if not new:
        return []
    lock_land(connection)  # no project is registered beside it
    # A bundle that is being frozen with one of them is waited for; the moment comes after it.
    lock_bundles_of(connection, claiming(connection, [one for *_, each in new for one in each]))
    now = clock.now()
    made = [
        RegisteredDeclaration(identifier, said, DECLARED, declared_by, now)
        for identifier, (_, said, _) in zip(new_ids(len(new)), new, strict=True)
    ]
    ids = [each.declaration_id for each in made]
    together = list(zip(made, new, strict=True))
    add_declarations(
        connection,
        [(one, digest) for one, (digest, *_) in together],
        [(digest, one.declaration_id) for one, (*_, digests) in together for digest in digests],
    )
    suspend_projects(connection, [each[:2] for each in new], by=declared_by, now=now)
    find_declared(connection, zone=zone, declaration_ids=ids)
    found = lock_bundles_of(connection, reductions_of(connection, ids))
    remove_reversed(
        connection,
        [TakenBack(*key, saved_mg=0) for key, (_, frozen) in found.items() if not frozen],
        zone=zone,
        now=now,
    )
    return made
