"""Trades: one row each, locked before it is changed, and the changes of hands that they end in."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from rewards.registry.block import Block
from rewards.trading.trade import RESERVED, Trade

_NAMES = tuple(field.name for field in fields(Trade))
_TRADE = ", ".join(_NAMES)
_INSERT = text(insert_into("trade", _NAMES))
_READ = text(f"select {_TRADE} from trade where trade_id = :trade_id")
_LOCK = text(f"select {_TRADE} from trade where trade_id = :trade_id for update")
_WRITE = text(
    """
    update trade
       set state = :state, payment_reference = :payment_reference, payment_key = :payment_key,
           paid_at = :paid_at, delivered_at = :delivered_at, closed_at = :closed_at
     where trade_id = :trade_id
    """
)
# As the unique index has it: the programme sells without an id.
_PAID_BY = text(
    """
    select trade_id from trade
     where coalesce(seller_id, '00000000-0000-0000-0000-000000000000'::uuid)
           = coalesce(cast(:seller_id as uuid), '00000000-0000-0000-0000-000000000000'::uuid)
       and payment_key = :payment_key and trade_id <> :trade_id
    """
)
# The same as Trade.has_lapsed.
_LAPSED = text(
    f"""
    select trade_id from trade where state = '{RESERVED}' and pay_until <= :now
     order by trade_id limit :most
    """
)
_LAPSED_OF = text(
    f"""
    select trade_id from trade
     where listing_id = :listing_id and state = '{RESERVED}' and pay_until <= :now
     order by trade_id
    """
)
_LIST = newest_first(
    f"""
    select {_TRADE} from trade
     where (:every or buyer_id = :tenant_id or seller_id = :tenant_id or exchange_id = :tenant_id)
       and (cast(:exchange_id as uuid) is null or exchange_id = :exchange_id)
    """,
    by="trade_id",
)
_INSERT_TRANSFER = text(
    """
    insert into unit_transfer (transfer_id, block_id, from_id, to_id, quantity_t, trade_id,
                               transferred_at)
    values (:transfer_id, :block_id, :from_id, :to_id, :quantity_t, :trade_id, :now)
    """
)


def insert_trade(connection: Connection, trade: Trade) -> None:
    """Write a new trade."""
    connection.execute(_INSERT, {name: getattr(trade, name) for name in _NAMES})
    kept(trade)


def find_trade(connection: Connection, trade_id: UUID) -> Trade | None:
    """The trade of this id, or None."""
    row = connection.execute(_READ, {"trade_id": trade_id}).one_or_none()
    return None if row is None else Trade(*row)


def lock_trade(connection: Connection, trade_id: UUID) -> Trade | None:
    """The trade of this id, locked until the transaction ends, or None."""
    row = connection.execute(_LOCK, {"trade_id": trade_id}).one_or_none()
    return None if row is None else held(Trade(*row))


def write_trade(connection: Connection, trade: Trade) -> None:
    """Write the state, the payment reference and the moments of a locked trade."""
    connection.execute(
        _WRITE,
        {
            "trade_id": trade.trade_id,
            "state": trade.state,
            "payment_reference": trade.payment_reference,
            "payment_key": trade.payment_key,
            "paid_at": trade.paid_at,
            "delivered_at": trade.delivered_at,
            "closed_at": trade.closed_at,
        },
    )
    kept(trade)


def paid_by(connection: Connection, trade: Trade, payment_key: str) -> UUID | None:
    """The other trade of the same seller that a payment has paid, or None."""
    found: UUID | None = connection.execute(
        _PAID_BY,
        {"seller_id": trade.seller_id, "payment_key": payment_key, "trade_id": trade.trade_id},
    ).scalar_one_or_none()
    return found


def lapsed_trades(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Reservations whose time to pay is over."""
    return list(connection.execute(_LAPSED, {"now": now, "most": most}).scalars())


def lapsed_trades_of(connection: Connection, listing_id: UUID, *, now: datetime) -> list[UUID]:
    """The lapsed reservations of one listing, which the caller has locked."""
    return list(connection.execute(_LAPSED_OF, {"listing_id": listing_id, "now": now}).scalars())


def list_trades(
    connection: Connection,
    tenant_id: UUID | None,
    *,
    exchange_id: UUID | None,
    before: UUID | None,
    most: int,
) -> list[Trade]:
    """What an enterprise bought or sold, or what was closed at it, newest first; None lists every
    trade. With ``exchange_id`` those alone that name it."""
    parameters = {
        "tenant_id": tenant_id,
        "every": tenant_id is None,
        "exchange_id": exchange_id,
    }
    rows = connection.execute(_LIST, parameters | {"before": before, "most": most})
    return [Trade(*row) for row in rows]


def record_transfers(
    connection: Connection,
    blocks: Mapping[UUID, Block],
    *,
    from_id: UUID | None,
    to_id: UUID,
    trade_id: UUID | None,
    now: datetime,
) -> None:
    """One line for each block that changes hands, by the id that the line gets."""
    connection.execute(
        _INSERT_TRANSFER,
        [
            {
                "transfer_id": made,
                "block_id": each.block_id,
                "from_id": from_id,
                "to_id": to_id,
                "quantity_t": each.quantity_t,
                "trade_id": trade_id,
                "now": now,
            }
            for made, each in blocks.items()
        ],
    )
