"""Sign the verifiers of a file into the pool, with what the programme states of their ties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.verifiers import declarations, lock_verifiers, pool_now
from app.usecases.pooling.sign_ties import sign_ties
from app.usecases.pooling.sign_verifiers import PoolAdmission, sign_verifiers
from behaviours.refusal import about_row
from behaviours.viewer import Viewer
from rewards.registry.ties import ToldTies


class PooledVerifier(NamedTuple):
    """A verifier as a row tells it; of ties that are None nothing is stated."""

    admission: PoolAdmission
    ties: ToldTies | None


def sign_pool(
    connection: Connection,
    said: Sequence[PooledVerifier],
    *,
    known_behaviours: Collection[str],
    by: Viewer,
    clock: Clock,
) -> list[PooledVerifier]:
    """The rows that hold now, all of them once somebody of the other role takes the same file in.

    What holds already is left as it is; nobody is removed by not standing in a file. Refuses at its
    row as ``sign_verifiers`` and ``sign_ties`` do.
    """
    lock_verifiers(connection)
    pool, stated = pool_now(connection), _stated(connection)
    stand = list[PooledVerifier]()
    for at, row in enumerate(said):
        one, awaiting = row.admission, list[str]()
        with about_row(at):
            if one.organisation_id not in pool or pool[one.organisation_id] != one.behaviours:
                [awaiting] = sign_verifiers(
                    connection, [one], known_behaviours=known_behaviours, by=by, clock=clock
                )
            if row.ties is not None and stated.get(one.organisation_id) != row.ties:
                awaiting += sign_ties(connection, one.organisation_id, row.ties, by=by, clock=clock)
        if awaiting:
            continue
        pool[one.organisation_id] = one.behaviours
        if row.ties is not None:
            stated[one.organisation_id] = row.ties
        stand.append(row)
    return stand


def _stated(connection: Connection) -> dict[UUID, ToldTies]:
    """What was stated last of each."""
    return {
        each.organisation_id: ToldTies(frozenset(each.interests), each.of_operator, each.group_name)
        for each in declarations(connection)
        if not each.by_itself
    }
