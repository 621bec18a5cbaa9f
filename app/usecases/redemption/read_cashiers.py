"""Read the cashiers of a merchant."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.cashiers import ShownCashier, cashiers_of


def read_cashiers(
    connection: Connection,
    merchant_id: UUID,
    *,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[ShownCashier]:
    """In a state, or in any, newest first, with what holds of each."""
    return cashiers_of(connection, merchant_id, state=state, before=before, most=most)
