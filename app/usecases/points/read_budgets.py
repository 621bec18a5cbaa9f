"""Read budgets: those that pay or will, for everybody; and whole, for who answers for them."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.points.budgets import list_budgets
from behaviours.viewer import Viewer
from rewards.points.budget import OPEN, Budget


def read_budgets(
    connection: Connection, viewer: Viewer | None, *, before: UUID | None, most: int
) -> list[Budget]:
    """The newest first. Without a viewer those that are open; a sponsor's own; of the programme's
    people those of their area."""
    if viewer is None:
        return list_budgets(connection, state=OPEN, before=before, most=most)
    if viewer.sees_all:
        return list_budgets(connection, region=viewer.area, before=before, most=most)
    assert viewer.tenant_id is not None, "an organisation asks for its own"
    return list_budgets(connection, sponsor_id=viewer.tenant_id, before=before, most=most)
