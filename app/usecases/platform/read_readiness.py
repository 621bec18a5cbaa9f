"""Read readiness: whether the database has the shape that this release needs."""

from __future__ import annotations

from typing import NamedTuple

from app.store.database import Connection
from app.store.platform.readiness import newest_step, step_of, unfinished_steps


class MigrationSteps(NamedTuple):
    """Where the database stands, and where it has to; None when there is no step.

    ``unfinished`` names what is still to be carried over: until then a claim of before would not
    be found.
    """

    present: str | None
    wanted: str | None
    unfinished: tuple[str, ...] = ()


def read_readiness(connection: Connection) -> MigrationSteps:
    """The migration steps; a database that does not answer raises its driver's fault."""
    present, wanted = step_of(connection), newest_step()
    if present != wanted:
        return MigrationSteps(present, wanted)
    return MigrationSteps(present, wanted, tuple(unfinished_steps(connection)))
