"""Read one statement of a merchant."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.redemption.merchant_statements import find_merchant_statement
from behaviours.viewer import Viewer
from rewards.redemption.merchant_statement import MerchantStatement, UnknownMerchantStatement


def read_merchant_statement(
    connection: Connection, statement_id: UUID, *, viewer: Viewer
) -> MerchantStatement:
    """The statement as it stands. Raises UnknownMerchantStatement."""
    found = find_merchant_statement(connection, statement_id)
    if found is None or not found.is_for(viewer):
        raise UnknownMerchantStatement("merchant_statement")
    return found
