"""Read readiness: whether the database has the shape that this release needs."""

from __future__ import annotations

from typing import NamedTuple

from app.store.database import Connection
from app.store.platform.readiness import newest_step, step_of


class MigrationSteps(NamedTuple):
    """Where the database stands, and where it has to; None when there is no step."""

    present: str | None
    wanted: str | None


def read_readiness(connection: Connection) -> MigrationSteps:
    """The migration steps; a database that does not answer raises its driver's fault."""
    return MigrationSteps(step_of(connection), newest_step())
