"""Read verifiers: the pool with every admission and removal, and every declaration of ties."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import standings_of
from app.store.pooling.verifiers import PoolStep, StatedTies, declarations, pool_now, pool_steps
from behaviours.standing import OrganisationStanding

# A declaration, for who shows it.
Declared = StatedTies


class KnownVerifier(NamedTuple):
    """An organisation of the pool, now or once; who declared without being in it is here too."""

    organisation_id: UUID
    name: str
    standing: OrganisationStanding
    in_pool: bool
    behaviours: frozenset[str] | None
    steps: list[PoolStep]
    declarations: list[StatedTies]


def read_verifiers(connection: Connection) -> list[KnownVerifier]:
    """Everybody of whom anything was said, by name; there are some dozen."""
    pool, steps, said = pool_now(connection), pool_steps(connection), declarations(connection)
    names = {each.organisation_id: each.name for each in steps}
    names |= {each.organisation_id: each.name for each in said}
    stand = standings_of(connection, names.keys())
    return [
        KnownVerifier(
            organisation_id,
            name,
            stand[organisation_id],
            organisation_id in pool,
            pool.get(organisation_id),
            [each for each in steps if each.organisation_id == organisation_id],
            [each for each in said if each.organisation_id == organisation_id],
        )
        for organisation_id, name in sorted(names.items(), key=lambda each: (each[1], each[0]))
    ]
