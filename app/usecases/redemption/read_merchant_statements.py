"""Read statements of merchants."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.merchant_statements import merchant_statements
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import MerchantStatement, reads_bills_of


def read_merchant_statements(
    connection: Connection,
    merchant_id: UUID | None,
    state: str | None,
    *,
    viewer: Viewer,
    before: UUID | None,
    most: int,
) -> list[MerchantStatement]:
    """A merchant's own, or those of any or every merchant for who answers for the programme.

    Newest first; a merchant that asks for another one's, and staff of one city, read none.
    """
    if not viewer.sees_all and merchant_id is None:
        merchant_id = viewer.tenant_id
    # Of every merchant: who answers for the whole programme.
    every = viewer.area is None
    if not (every if merchant_id is None else reads_bills_of(viewer, merchant_id)):
        return []
    return merchant_statements(
        connection, merchant_id=merchant_id, state=state, before=before, most=most
    )
