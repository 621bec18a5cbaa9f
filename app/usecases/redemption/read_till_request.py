"""Read what came of a till request: the way to learn it after a lost answer."""

from __future__ import annotations

from app.store.database import Connection
from app.store.redemption.cashiers import terms_of
from app.store.redemption.redemptions import by_request
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import cashier_of
from rewards.redemption.redemption import Redemption
from rewards.redemption.refusals import UnknownRedemption


def read_till_request(connection: Connection, viewer: Viewer, out_request_no: str) -> Redemption:
    """The redemption of one of the merchant's own request numbers, as it is now.

    Raises UnknownRedemption when no capture under the number has succeeded until now, and
    WrongStore to a cashier who does not serve its store.
    """
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    found = found_or(
        by_request(connection, viewer.tenant_id, out_request_no),
        UnknownRedemption("not_captured_yet", pointer="/out_request_no"),
    )
    cashier_id = cashier_of(viewer)
    if cashier_id is not None:
        terms_of(connection, cashier_id).check_store(found.store_id)
    return found
