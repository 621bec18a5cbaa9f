"""Take the verifiers of a file into the authority's pool, with what it knows of their ties."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.verifiers import declarations, lock_verifiers, pool_now
from app.usecases.pooling.admit_verifiers import PoolAdmission, admit_verifiers
from app.usecases.pooling.declare_ties import declare_ties
from behaviours.refusal import about_row
from behaviours.viewer import Viewer
from rewards.registry.ties import ToldTies


class PooledVerifier(NamedTuple):
    """A verifier as a row tells it; of ties that are None nothing is stated."""

    admission: PoolAdmission
    ties: ToldTies | None


def register_verifiers(
    connection: Connection,
    said: Sequence[PooledVerifier],
    *,
    known_behaviours: Collection[str],
    by: Viewer,
    clock: Clock,
) -> list[PooledVerifier]:
    """The rows, all of which hold now. What holds already is left as it is; nobody is removed by
    not standing in a file.

    Refuses at its row as ``admit_verifiers`` and ``declare_ties`` do.
    """
    assert by.user_id is not None, "somebody decides"
    lock_verifiers(connection)
    pool, stated = pool_now(connection), _stated(connection)
    for at, row in enumerate(said):
        one = row.admission
        with about_row(at):
            if one.organisation_id not in pool or pool[one.organisation_id] != one.behaviours:
                admit_verifiers(
                    connection,
                    [one],
                    known_behaviours=known_behaviours,
                    by=by.user_id,
                    clock=clock,
                )
                pool[one.organisation_id] = one.behaviours
            if row.ties is not None and stated.get(one.organisation_id) != row.ties:
                declare_ties(
                    connection,
                    one.organisation_id,
                    row.ties,
                    by=by,
                    clock=clock,
                )
                stated[one.organisation_id] = row.ties
    return list(said)


def _stated(connection: Connection) -> dict[UUID, ToldTies]:
    """What the authority stated last of each."""
    return {
        each.organisation_id: ToldTies(frozenset(each.interests), each.of_operator, each.group_name)
        for each in declarations(connection)
        if not each.by_itself
    }
