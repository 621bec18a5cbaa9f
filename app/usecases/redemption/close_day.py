"""Close a store's day: count what its tills took and gave back."""

from __future__ import annotations

from datetime import date, tzinfo

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.capturing import store_at_till
from app.store.redemption.cashiers import terms_of
from app.store.redemption.closings import closing_of, hold_store, write_closing
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import cashier_of
from rewards.redemption.closings import ClosedStore, TillClosing, next_span
from rewards.redemption.stores import TillPlace


def close_day(
    connection: Connection,
    store_no: str,
    day: date | None,
    *,
    by: Viewer,
    zone: tzinfo,
    clock: Clock,
) -> TillClosing:
    """The day as it was closed; None is today. A day that is closed already is answered as it is.

    By the merchant, or a cashier who serves the store. Raises UnknownStore, WrongStore and
    TillDayWrong.
    """
    assert by.tenant_id is not None, "a merchant has an organisation"
    assert by.user_id is not None, "a client bears its organisation"
    store = ClosedStore(by.tenant_id, store_no)
    cashier_id = cashier_of(by)
    if cashier_id is not None:
        terms_of(connection, cashier_id).check_store(store_no)
    last = hold_store(connection, store)
    now = clock.now()
    today = civil_day(now, zone)
    store_at_till(connection, TillPlace(by.tenant_id, store_no, today)).check_known(store_no)
    wanted = day or today
    known = closing_of(connection, store, wanted)
    if known is not None:
        return known
    span = next_span(last, wanted, now=now, zone=zone)
    return write_closing(connection, new_id(), store, span, by=by.user_id, now=now)
