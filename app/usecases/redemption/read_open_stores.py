"""Read which stores are open, for everybody."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.store.database import Connection
from app.store.redemption.stores import open_stores
from behaviours.region_register import check_known
from rewards.redemption.stores import StatedStore


def read_open_stores(
    connection: Connection,
    *,
    on: date,
    merchant_id: UUID | None = None,
    region: str | None = None,
    before: UUID | None,
    most: int,
) -> list[StatedStore]:
    """Those of merchants that take part, stated last first; of a province with its cities.

    Raises UnknownRegion.
    """
    if region is not None:
        check_known(region)
    return open_stores(
        connection, on=on, merchant_id=merchant_id, region=region, before=before, most=most
    )
