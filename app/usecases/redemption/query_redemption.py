"""What came of a till request: the way to learn it after a lost answer."""

from __future__ import annotations

from uuid import UUID

from app.ids import UnknownId
from app.store.database import Connection
from app.store.redemption.redemptions import by_request
from rewards.redemption.redemption import Redemption


def query_redemption(connection: Connection, merchant_id: UUID, out_request_no: str) -> Redemption:
    """The redemption of one of the merchant's own request numbers, as it is now.

    Raises UnknownId when no capture under the number has succeeded until now.
    """
    redemption = by_request(connection, merchant_id, out_request_no)
    if redemption is None:
        raise UnknownId(
            "Nothing was captured under this out_request_no until now. A capture that is still on"
            " its way succeeds within the code's minute or never.",
            pointer="/out_request_no",
        )
    return redemption
