"""One retirement, with its certificate as it was signed."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.registry.retiring import find_retirement
from behaviours.refusal import found_or
from rewards.registry.refusals import UnknownUnits
from rewards.registry.register import RegisteredRetirement


def read_retirement(connection: Connection, retirement_id: UUID) -> RegisteredRetirement:
    """Everybody may read it; raises UnknownUnits."""
    return found_or(find_retirement(connection, retirement_id), UnknownUnits("retirement"))
