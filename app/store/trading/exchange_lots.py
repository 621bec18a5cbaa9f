"""SQL of lots at exchanges: what is stated of each beside its listing, and what is to come back."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import insert_into
from app.store.paging import newest_first
from rewards.trading.exchange_lot import ExchangeLot
from rewards.trading.listing import OPEN

_NAMES = tuple(each.name for each in fields(ExchangeLot))
_LOT = ", ".join(f"x.{name}" for name in _NAMES)
_INSERT = text(insert_into("exchange_lot", _NAMES))
_READ = text(f"select {_LOT} from exchange_lot x where x.listing_id = :listing_id")
_OF_MANY = text("select listing_id from exchange_lot where listing_id = any(:ids)")
_LIST = newest_first(
    f"""
    select {_LOT} from exchange_lot x join listing l using (listing_id)
     where (:every or l.seller_id = :tenant_id or x.exchange_id = :tenant_id)
       and (cast(:exchange_id as uuid) is null or x.exchange_id = :exchange_id)
    """,
    by="x.listing_id",
)
# In the order in which listings are locked.
_STANDING = text(
    f"""
    select {_LOT} from exchange_lot x join listing l using (listing_id)
     where x.exchange_id = :exchange_id and l.state = '{OPEN}' and x.returns_at > :until
     order by x.listing_id
    """
)
_DUE = text(
    f"""
    select x.listing_id from listing l join exchange_lot x using (listing_id)
     where l.state = '{OPEN}' and l.kind = 'exchange' and x.returns_at <= :now
     order by x.listing_id limit :most
    """
)
_EXCHANGES = text(
    f"""
    select distinct x.exchange_id from listing l join exchange_lot x using (listing_id)
     where l.state = '{OPEN}' and l.kind = 'exchange' and x.returns_at > :until
       and not exists (select from exchange_file f
                        where f.exchange_id = x.exchange_id and f.trading_day = :day)
     order by 1
    """
)
_FIRST_HANDED = text(
    """
    select min(f.trading_day) from exchange_file_lot o join exchange_file f using (file_id)
     where o.listing_id = :listing_id
    """
)
_OF_BUNDLE = text(
    """
    select u.bundle_id, u.methodology, u.root from bundle u where u.bundle_id = any(:ids)
    """
)


class LotOrigin(NamedTuple):
    """The bundle behind a lot, its methodology (None: of several) and its root (None: of none)."""

    bundle_id: UUID
    methodology: str | None
    root: bytes | None


def insert_exchange_lot(connection: Connection, lot: ExchangeLot) -> None:
    """Write what is stated of a new lot, beside its listing."""
    connection.execute(_INSERT, asdict(lot))


def find_exchange_lot(connection: Connection, listing_id: UUID) -> ExchangeLot | None:
    """What was stated of a lot, or None where the listing is none; it never changes."""
    row = connection.execute(_READ, {"listing_id": listing_id}).one_or_none()
    return None if row is None else ExchangeLot(*row)


def listings_at_exchange(connection: Connection, ids: Collection[UUID]) -> set[UUID]:
    """Which of these listings are lots at an exchange."""
    return set(connection.execute(_OF_MANY, {"ids": sorted(ids)}).scalars()) if ids else set()


def list_exchange_lots(
    connection: Connection,
    tenant_id: UUID | None,
    *,
    exchange_id: UUID | None,
    before: UUID | None,
    most: int,
) -> list[ExchangeLot]:
    """Lots of a seller, or at an exchange, newest first; None reads everybody's."""
    given = {"tenant_id": tenant_id, "every": tenant_id is None, "exchange_id": exchange_id}
    rows = connection.execute(_LIST, given | {"before": before, "most": most})
    return [ExchangeLot(*row) for row in rows]


def standing_lots(
    connection: Connection, exchange_id: UUID, *, until: datetime
) -> list[ExchangeLot]:
    """Lots that stand at an exchange and do not come back before ``until``, by their ids."""
    rows = connection.execute(_STANDING, {"exchange_id": exchange_id, "until": until})
    return [ExchangeLot(*row) for row in rows]


def due_lots(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Lots whose day has come, by their ids."""
    return list(connection.execute(_DUE, {"now": now, "most": most}).scalars())


def exchanges_to_hand(connection: Connection, day: date, *, until: datetime) -> list[UUID]:
    """Exchanges at which something stands until then, and which no file was made for of a day."""
    return list(connection.execute(_EXCHANGES, {"day": day, "until": until}).scalars())


def first_handed_on(connection: Connection, listing_id: UUID) -> date | None:
    """The first trading day whose file names a lot; None: no file does."""
    day: date | None = connection.execute(_FIRST_HANDED, {"listing_id": listing_id}).scalar_one()
    return day


def origins_of_lots(connection: Connection, ids: Collection[UUID]) -> dict[UUID, LotOrigin]:
    """The bundles by their ids."""
    rows = connection.execute(_OF_BUNDLE, {"ids": sorted(ids)})
    return {row[0]: LotOrigin(row[0], row[1], row[2] and bytes(row[2])) for row in rows}
