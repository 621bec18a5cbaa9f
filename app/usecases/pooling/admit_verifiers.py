"""Admit verifiers to the authority's pool, from which they are drawn."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.pooling.verifiers import add_pool_step, lock_verifiers, pool_now
from app.usecases.organisations.check_taking_part import check_taking_part
from behaviours.rules.rulebook import UnknownBehaviour
from rewards.pooling.bundle import VERIFIER
from rewards.pooling.refusals import AlreadyInPool, UnknownVerifier


class PoolAdmission(NamedTuple):
    """A verifier that may be drawn, for these behaviours; None is every one."""

    organisation_id: UUID
    behaviours: frozenset[str] | None
    reason: str


def admit_verifiers(
    connection: Connection,
    admissions: Sequence[PoolAdmission],
    *,
    known_behaviours: Collection[str],
    by: UUID,
    clock: Clock,
) -> None:
    """Each admission is a row of its own; other behaviours than before take the place of those.

    Raises UnknownVerifier, OrganisationSuspended, OrganisationClosed, UnknownBehaviour and
    AlreadyInPool.
    """
    kinds = organisation_kinds(connection, [each.organisation_id for each in admissions])
    check_taking_part(connection, list(kinds))
    lock_verifiers(connection)
    now, pool = clock.now(), pool_now(connection)
    for organisation_id, behaviours, reason in admissions:
        if kinds.get(organisation_id) != VERIFIER:
            raise UnknownVerifier(pointer="/organisation_id")
        if unknown := sorted((behaviours or frozenset()) - set(known_behaviours)):
            raise UnknownBehaviour(pointer="/behaviours", behaviour=unknown[0])
        if organisation_id in pool and pool[organisation_id] == behaviours:
            raise AlreadyInPool(pointer="/organisation_id")
        pool[organisation_id] = behaviours
        add_pool_step(
            connection,
            organisation_id,
            admitted=True,
            behaviours=behaviours,
            reason=reason,
            by=by,
            now=now,
        )
