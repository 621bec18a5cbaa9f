"""How many tonnes a footprint needs, and how many of them an enterprise holds."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.blocks import free_tonnes
from rewards.registry.footprint import Footprint, FootprintCover
from rewards.registry.unit_classes import UNIT_CLASSES, check_use, fitting_classes


def read_footprint_cover(
    connection: Connection, footprint: Footprint, *, purpose: str, enterprise_id: UUID
) -> FootprintCover:
    """Only free tonnes of classes that permit ``purpose`` count; raises UseNotPermitted of a use
    that no class permits."""
    fitting = fitting_classes(purpose)
    if not fitting:
        check_use(max(UNIT_CLASSES, key=lambda code: len(UNIT_CLASSES[code].uses)), purpose)
    held = free_tonnes(connection, enterprise_id)
    return FootprintCover(footprint, sum(held.get(each, 0) for each in fitting))
