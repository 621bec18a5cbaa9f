"""Read the ex-ante table of the newest design of a project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.ex_antes import find_ex_ante
from app.usecases.projects.read_design import read_design
from behaviours.projects.ex_ante import StatedExAnte, UnknownExAnte
from behaviours.viewer import Viewer


def read_ex_ante(connection: Connection, project_id: UUID, *, by: Viewer) -> StatedExAnte:
    """The table; raises UnknownProject, UnknownDesign and UnknownExAnte."""
    design = read_design(connection, project_id, by=by)
    found = find_ex_ante(connection, project_id, design.number)
    if found is None:
        raise UnknownExAnte("ex_ante")
    return found
