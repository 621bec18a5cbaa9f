"""SQL of lots at exchanges: what is stated of each beside its listing, and what is to come back."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from app.store.paging import newest_first
from rewards.trading.exchange_lot import ExchangeLot
from rewards.trading.listing import AT_EXCHANGE, OPEN

_NAMES = tuple(each.name for each in fields(ExchangeLot))
_LOT = ", ".join(f"x.{name}" for name in _NAMES)
_INSERT = text(insert_into("exchange_lot", (*_NAMES, "document_digest")))
_READ = text(f"select {_LOT} from exchange_lot x where x.listing_id = :listing_id")
_OF_MANY = text("select listing_id from exchange_lot where listing_id = any(:ids)")
_LIST = newest_first(
    f"""
    select {_LOT} from exchange_lot x join listing l using (listing_id)
     where (:every or l.seller_id = :tenant_id or x.exchange_id = :tenant_id)
    """,
    by="x.listing_id",
)
# In the order in which listings are locked.
_DUE = text(
    f"""
    select x.listing_id from listing l join exchange_lot x using (listing_id)
     where l.state = '{OPEN}' and l.kind = '{AT_EXCHANGE}' and x.returns_at <= :now
     order by x.listing_id limit :most
    """
)


def insert_exchange_lot(connection: Connection, lot: ExchangeLot) -> None:
    """Write what is stated of a new lot, beside its listing, and what was handed over of it."""
    digest = hashlib.sha256(lot.document).digest()
    connection.execute(_INSERT, asdict(lot) | {"document_digest": digest})
    tell(
        "exchange_lot",
        public("lst", lot.listing_id),
        {
            "exchange_id": public("org", lot.exchange_id),
            "returns_at": lot.returns_at.isoformat(),
            "sha256": digest.hex(),
        },
    )


def find_exchange_lot(connection: Connection, listing_id: UUID) -> ExchangeLot | None:
    """What was stated of a lot, or None where the listing is none; it never changes."""
    row = connection.execute(_READ, {"listing_id": listing_id}).one_or_none()
    return None if row is None else _lot(row)


def listings_at_exchange(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these listings are lots at an exchange."""
    return set(connection.execute(_OF_MANY, {"ids": sorted(ids)}).scalars()) if ids else set()


def list_exchange_lots(
    connection: Connection, tenant_id: UUID | None, *, before: UUID | None, most: int
) -> list[ExchangeLot]:
    """Lots of a seller, or at an exchange, newest first; None reads everybody's."""
    given = {"tenant_id": tenant_id, "every": tenant_id is None, "before": before, "most": most}
    return [_lot(row) for row in connection.execute(_LIST, given)]


def due_lots(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Lots whose day has come, by their ids."""
    return list(connection.execute(_DUE, {"now": now, "most": most}).scalars())


def _lot(row: Row[Any]) -> ExchangeLot:
    found = ExchangeLot(*tuple(row))
    return replace(found, document=bytes(found.document), serials_csv=bytes(found.serials_csv))
