"""Retirements: everybody's in the public register, or an enterprise's own."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.retiring import list_retirements
from behaviours.viewer import Viewer
from rewards.registry.register import RegisteredRetirement


def read_retirements(
    connection: Connection, *, of: Viewer | None = None, before: UUID | None, most: int
) -> list[RegisteredRetirement]:
    """Newest first; ``of`` lists only those that the viewer's own organisation made."""
    if of is None:
        return list_retirements(connection, enterprise_id=None, before=before, most=most)
    assert of.tenant_id is not None, "only organisations retire units"
    return list_retirements(connection, enterprise_id=of.tenant_id, before=before, most=most)
