"""Read what came of a till request: the way to learn it after a lost answer."""

from __future__ import annotations

from app.store.database import Connection
from app.store.redemption.redemptions import by_request
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption


def read_till_request(connection: Connection, viewer: Viewer, out_request_no: str) -> Redemption:
    """The redemption of one of the merchant's own request numbers, as it is now.

    Raises UnknownRedemption when no capture under the number has succeeded until now.
    """
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    return found_or(
        by_request(connection, viewer.tenant_id, out_request_no),
        UnknownRedemption("not_captured_yet", pointer="/out_request_no"),
    )
