"""Check that who is to get units neither verified them nor is tied to who did."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.verifiers import ties_now
from app.store.registry.blocks import origins_of
from rewards.registry.block import Block


def check_holder(
    connection: Connection, blocks: Sequence[Block], holder_id: UUID, case: str
) -> None:
    """Whatever was declared up to now counts. Raises VerifierNotIndependent."""
    ties = ties_now(connection)
    for origin in origins_of(connection, blocks).values():
        origin.check_independent(holder_id, case, ties)
