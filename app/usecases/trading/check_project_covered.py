"""Check that an owner of a project sells none of its units while a loss of it is not covered."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.projects.losses import uncovered_of_owner
from rewards.registry.block import Block
from rewards.trading.refusals import ProjectUncovered


def check_project_covered(
    connection: Connection, blocks: Sequence[Block], seller_id: UUID | None
) -> None:
    """Of locked blocks; what others bought of the project is theirs to sell (projects.md, E12).
    Raises ProjectUncovered."""
    if seller_id is None:
        return
    bundles = [each.bundle_id for each in blocks]
    uncovered = uncovered_of_owner(connection, bundles, seller_id)
    if uncovered:
        raise ProjectUncovered(uncovered_mg=str(uncovered))
