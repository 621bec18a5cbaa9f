"""Read what a merchant sold in a civil day."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.redemptions import SoldFilter, sold
from app.usecases.redemption.whose_stores import whose_stores
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.viewer import Viewer
from rewards.redemption.redemption import Redemption


def read_sales(
    connection: Connection,
    viewer: Viewer,
    on: date,
    *,
    store_no: str | None,
    cashier_id: UUID | None,
    zone: tzinfo,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> list[Redemption]:
    """The merchant's own of a day, newest first: of one store and one cashier, or of any.

    A cashier reads those of the stores that they serve; raises WrongStore for another.
    """
    assert viewer.tenant_id is not None, "a merchant has an organisation"
    stores = whose_stores(connection, viewer, store_no)
    start, end = start_of_day(on, zone), day_ends_at(on, zone)
    wanted = SoldFilter(viewer.tenant_id, start, end, stores, cashier_id, after)
    return sold(connection, wanted, most=most)
