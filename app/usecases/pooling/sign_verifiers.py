"""Sign that verifiers are of the pool from which they are drawn; two people of two roles do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.pooling.verifiers import add_pool_step, lock_verifiers, pool_now
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.logbook import LoggedSubject
from behaviours.proposals import ADMIT_VERIFIER, Proposing
from behaviours.rules.rulebook import UnknownBehaviour
from behaviours.viewer import Viewer
from rewards.pooling.bundle import VERIFIER
from rewards.pooling.refusals import AlreadyInPool, UnknownVerifier


class PoolAdmission(NamedTuple):
    """A verifier that may be drawn, for these behaviours; None is every one."""

    organisation_id: UUID
    behaviours: frozenset[str] | None
    reason: str

    @property
    def limits(self) -> list[str] | None:
        """The behaviours in one order."""
        return None if self.behaviours is None else sorted(self.behaviours)


def sign_verifiers(
    connection: Connection,
    admissions: Sequence[PoolAdmission],
    *,
    known_behaviours: Collection[str],
    by: Viewer,
    clock: Clock,
) -> list[list[str]]:
    """The roles that have yet to sign each, in order; with none it is in the pool from now on.

    Each admission is a row of its own; other behaviours than before take the place of those.
    Raises UnknownVerifier, OrganisationSuspended, OrganisationClosed, UnknownBehaviour,
    AlreadyInPool and SamePersonTwice.
    """
    assert by.user_id is not None, "a user signs"
    kinds = organisation_kinds(connection, [each.organisation_id for each in admissions])
    check_taking_part(connection, list(kinds))
    lock_verifiers(connection)
    now, pool = clock.now(), pool_now(connection)
    found = list[list[str]]()
    for each in admissions:
        if kinds.get(each.organisation_id) != VERIFIER:
            raise UnknownVerifier(pointer="/organisation_id")
        if unknown := sorted((each.behaviours or frozenset()) - set(known_behaviours)):
            raise UnknownBehaviour(pointer="/behaviours", behaviour=unknown[0])
        if pool.get(each.organisation_id, ()) == each.behaviours:
            raise AlreadyInPool(pointer="/organisation_id")
        named = LoggedSubject("organisation", public("org", each.organisation_id))
        said = Proposing(named, ADMIT_VERIFIER, {"behaviours": each.limits}, each.reason)
        awaiting = sign_proposal(connection, said, by=by, now=now)
        if not awaiting:
            pool[each.organisation_id] = each.behaviours
            add_pool_step(
                connection,
                each.organisation_id,
                admitted=True,
                behaviours=each.behaviours,
                reason=each.reason,
                by=by.user_id,
                now=now,
            )
        found.append(awaiting)
    return found
