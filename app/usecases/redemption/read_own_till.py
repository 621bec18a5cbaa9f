"""Read what a cashier may do, and what they sold today."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple

from app.store.database import Connection
from app.store.redemption.cashiers import ShownCashier, find_cashier, sold_today
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import CashierDay, UnknownCashier, on_day_of


class OwnTill(NamedTuple):
    """A cashier as they read themselves."""

    cashier: ShownCashier
    today: CashierDay


def read_own_till(
    connection: Connection, viewer: Viewer, *, now: datetime, zone: tzinfo
) -> OwnTill:
    """The asking cashier. Raises UnknownCashier."""
    assert viewer.tenant_id is not None, "a cashier has a merchant"
    assert viewer.user_id is not None, "a cashier is a user"
    cashier = found_or(
        find_cashier(connection, viewer.tenant_id, viewer.user_id), UnknownCashier("cashier")
    )
    return OwnTill(cashier, sold_today(connection, on_day_of(viewer.user_id, now, zone)))
