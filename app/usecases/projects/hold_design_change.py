"""Hold a change of the design of a held project."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.projects.design_changes import design_changes_of
from behaviours.projects.design_change import DesignChange, UnknownDesignChange


def hold_design_change(connection: Connection, project_id: UUID, number: int) -> DesignChange:
    """The change by its number; who holds its project alone moves it. Raises
    UnknownDesignChange."""
    for each in design_changes_of(connection, project_id):
        if each.number == number:
            return each
    raise UnknownDesignChange("design_change")
