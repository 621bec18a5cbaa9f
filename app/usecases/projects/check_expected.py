"""Check that it is stated what the design of a held project is expected to come to."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.ex_antes import find_ex_ante
from behaviours.projects.ex_ante import ExAnteMissing


def check_expected(connection: Connection, project_id: UUID, design_number: int) -> None:
    """Raises ExAnteMissing; a table that stands is never replaced."""
    if find_ex_ante(connection, project_id, design_number) is None:
        raise ExAnteMissing(design=design_number)
