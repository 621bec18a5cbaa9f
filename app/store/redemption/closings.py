"""SQL of closed days: the lock under which one is closed, what it comes to, and those there are."""

# ruff: noqa: S608 - these statements are put together from constants of this file only

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.store.driver import Driver, Rows, raw
from app.store.log.acting import kept
from rewards.redemption.bill import Settlement
from rewards.redemption.closings import ClosedStore, LastClosing, SpanOfTill, TillClosing

_SUMS: Final = (
    *("captures", "captured_items", "captured_points", "captured_fen"),
    *("reversals", "reversed_items", "reversed_points", "reversed_fen"),
)
_KEY: Final = "hashtextextended('till ' || cast({merchant} as text) || ' ' || {store}, 0)"
# Whatever moves at a store's tills holds its day shared until it is written, who closes it alone.
_SHARE = f"SELECT pg_advisory_xact_lock_shared({_KEY.format(merchant='%s', store='%s::text')})"
_CLOSED = """
SELECT ends_at FROM till_closing WHERE merchant_id = %s AND store_no = %s
ORDER BY number DESC LIMIT 1
"""
_ALONE = text(
    "select pg_advisory_xact_lock("
    + _KEY.format(merchant=":merchant_id", store="cast(:store_no as text)")
    + ")"
)
_LAST = text(
    """
    select number, day, ends_at from till_closing
     where merchant_id = :merchant_id and store_no = :store_no
     order by number desc limit 1
    """
)
# By the index of the store's sales, and of the merchant's reversals.
_CLOSE = text(
    f"""
    insert into till_closing (closing_id, merchant_id, store_no, number, day, {", ".join(_SUMS)},
                              starts_at, ends_at, closed_at, closed_by)
    select :closing_id, :merchant_id, :store_no, :number, :day, {", ".join(_SUMS)},
           :starts_at, :ends_at, :now, :by
      from (select count(*) as captures, coalesce(sum(r.quantity), 0) as captured_items,
                   coalesce(sum(r.quantity::bigint * r.points_each), 0) as captured_points,
                   coalesce(sum(r.quantity::bigint * r.settlement_fen_each), 0) as captured_fen
              from redemption r
             where r.merchant_id = :merchant_id and r.store_id = :store_no
               and r.captured_at >= :starts_at and r.captured_at < :ends_at) c
     cross join (
            select count(*) as reversals, coalesce(sum(v.quantity), 0) as reversed_items,
                   coalesce(sum(v.points), 0) as reversed_points,
                   coalesce(sum(v.settlement_fen), 0) as reversed_fen
              from redemption_reversal v
              join redemption r using (participant_id, redemption_id)
             where v.merchant_id = :merchant_id and r.store_id = :store_no
               and v.reversed_at >= :starts_at and v.reversed_at < :ends_at) v
    returning *
    """
)
_OF_DAY = text(
    """
    select * from till_closing
     where merchant_id = :merchant_id and store_no = :store_no and day = :day
    """
)
_LIST = text(
    """
    select * from till_closing
     where merchant_id = :merchant_id
       and (cast(:stores as text[]) is null or store_no = any(cast(:stores as text[])))
       and (cast(:before as uuid) is null or closing_id < :before)
     order by closing_id desc limit :most
    """
)


def ask_and_share(driver: Driver, merchant_id: UUID, store_no: str) -> Rows:
    """In a pipeline: let nobody close the store's day until the transaction ends; ``closed_until``
    reads the answer when it has run."""
    driver.execute(_SHARE, [merchant_id, store_no])
    return driver.execute(_CLOSED, [merchant_id, store_no])


def closed_until(closed: Rows) -> datetime | None:
    """Until when the store's days are closed; None: none was."""
    row = closed.fetchone()
    return None if row is None else row[0]


def share_store(connection: Connection, merchant_id: UUID, store_no: str) -> datetime | None:
    """The same, at once."""
    driver = raw(connection)
    with driver.pipeline():
        closed = ask_and_share(driver, merchant_id, store_no)
    return closed_until(closed)


def hold_store(connection: Connection, store: ClosedStore) -> LastClosing | None:
    """Let nothing move at a store's tills until the transaction ends; its newest closing."""
    connection.execute(_ALONE, store._asdict())
    row = connection.execute(_LAST, store._asdict()).one_or_none()
    return None if row is None else LastClosing(*row)


def closing_of(connection: Connection, store: ClosedStore, day: date) -> TillClosing | None:
    """The closing of a store's day."""
    row = connection.execute(_OF_DAY, {**store._asdict(), "day": day}).mappings().one_or_none()
    return None if row is None else _closing(row)


def write_closing(
    connection: Connection,
    closing_id: UUID,
    store: ClosedStore,
    span: SpanOfTill,
    *,
    by: UUID,
    now: datetime,
) -> TillClosing:
    """Count what moved in a span, and keep it; the store is held."""
    given = {**store._asdict(), **span._asdict(), "closing_id": closing_id, "by": by, "now": now}
    closing = _closing(connection.execute(_CLOSE, given).mappings().one())
    kept(closing)
    return closing


def closings_of(
    connection: Connection,
    merchant_id: UUID,
    *,
    stores: Collection[str] | None,
    before: UUID | None,
    most: int,
) -> list[TillClosing]:
    """A merchant's closed days, of some stores or of all, newest first."""
    asked = {
        "merchant_id": merchant_id,
        "stores": None if stores is None else list(stores),
        "before": before,
        "most": most,
    }
    return [_closing(row) for row in connection.execute(_LIST, asked).mappings()]


def _closing(row: RowMapping) -> TillClosing:
    return TillClosing(
        row["closing_id"],
        ClosedStore(row["merchant_id"], row["store_no"]),
        row["number"],
        Settlement(row["day"], *(int(row[name]) for name in _SUMS)),
        *(row[name] for name in ("starts_at", "ends_at", "closed_at", "closed_by")),
    )
