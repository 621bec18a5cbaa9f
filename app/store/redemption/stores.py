"""SQL of merchants' stores: what was stated of each, and what holds on a day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.log.acting import tell
from behaviours.standing import ACTIVE
from rewards.redemption.stores import MerchantStore, StatedStore

_COLUMNS = """v.statement_id, v.merchant_id, v.store_no, v.name, v.address, v.region, v.hours,
    v.phone, v.is_open, v.from_day, v.stated_at"""
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('stores', 0))")
_ADD = text(
    """
    insert into store_statement (statement_id, merchant_id, store_no, name, address, region, hours,
                                 phone, is_open, from_day, stated_at, stated_by)
    values (:statement_id, :merchant_id, :store_no, :name, :address, :region, :hours, :phone,
            :is_open, :from_day, :stated_at, :by)
    """
)
_KNOWN = text(
    f"""
    select {_COLUMNS} from store_statement v
     where (v.merchant_id, v.store_no) in (
        select * from unnest(cast(:merchant_ids as uuid[]), cast(:store_nos as text[])))
    """  # noqa: S608 - only names of this code
)
_OWN = text(
    f"""
    select {_COLUMNS} from store_statement v
     where v.merchant_id = :merchant_id
       and (cast(:before as uuid) is null or v.statement_id < :before)
     order by v.statement_id desc limit :most
    """  # noqa: S608
)
# What holds: nothing that began by then is later.
_OPEN = text(
    f"""
    select {_COLUMNS} from store_statement v
      join organisation o on o.organisation_id = v.merchant_id
     where v.from_day <= :on and v.is_open and o.state = '{ACTIVE}'
       and not exists (
        select from store_statement n
         where n.merchant_id = v.merchant_id and n.store_no = v.store_no and n.from_day <= :on
           and (n.from_day, n.statement_id) > (v.from_day, v.statement_id))
       and (cast(:merchant_id as uuid) is null or v.merchant_id = :merchant_id)
       and (cast(:region as text) is null or starts_with(v.region, :region))
       and (cast(:before as uuid) is null or v.statement_id < :before)
     order by v.statement_id desc limit :most
    """  # noqa: S608
)


def lock_stores(connection: Connection) -> None:
    """Until the transaction ends nobody else states a store."""
    connection.execute(_ALONE)


def add_stores(connection: Connection, stated: Sequence[StatedStore], *, by: UUID | None) -> None:
    """Keep statements."""
    if not stated:
        return
    rows = [
        {
            "statement_id": each.statement_id,
            **each.said._asdict(),
            "stated_at": each.stated_at,
            "by": by,
        }
        for each in stated
    ]
    connection.execute(_ADD, rows)
    for merchant_id in {each.said.merchant_id for each in stated}:
        count = sum(each.said.merchant_id == merchant_id for each in stated)
        tell("organisation", public("org", merchant_id), {"stores_stated": count})


def statements_of(
    connection: Connection, places: Collection[tuple[UUID, str]]
) -> dict[tuple[UUID, str], list[StatedStore]]:
    """All that was stated of stores, each by its merchant and number."""
    merchants, numbers = [each for each, _ in places], [each for _, each in places]
    found: dict[tuple[UUID, str], list[StatedStore]] = {}
    for row in connection.execute(_KNOWN, {"merchant_ids": merchants, "store_nos": numbers}):
        found.setdefault((row.merchant_id, row.store_no), []).append(_stated(row))
    return found


def own_statements(
    connection: Connection, merchant_id: UUID, *, before: UUID | None, most: int
) -> list[StatedStore]:
    """Everything that was stated of a merchant's stores, newest first."""
    asked = {"merchant_id": merchant_id, "before": before, "most": most}
    return [_stated(row) for row in connection.execute(_OWN, asked)]


def open_stores(
    connection: Connection,
    *,
    on: date,
    merchant_id: UUID | None,
    region: str | None,
    before: UUID | None,
    most: int,
) -> list[StatedStore]:
    """The stores that are open on a day, of merchants that take part; stated last first.

    Of a province those of its cities too.
    """
    asked = {
        "on": on,
        "merchant_id": merchant_id,
        "region": region,
        "before": before,
        "most": most,
    }
    return [_stated(row) for row in connection.execute(_OPEN, asked)]


def _stated(row: Row[Any]) -> StatedStore:
    said: list[Any] = [*row][1:-1]
    return StatedStore(row.statement_id, MerchantStore(*said), row.stated_at)
