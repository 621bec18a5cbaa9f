"""Read what a verifier was ever given: until when it has it, or why and when that ended."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.seat_ends import list_seats
from rewards.pooling.seats import OwnSeat


def read_own_seats(
    connection: Connection, *, verifier_id: UUID, before: UUID | None, most: int
) -> list[OwnSeat]:
    """The verifier's own seats, newest first."""
    return list_seats(connection, verifier_id, before=before, most=most)
