"""Trades: one row each, locked before it is changed, and the changes of hands that they end in."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from app.store.tables.metadata import in_words
from rewards.registry.block import Block
from rewards.trading.trade import OPEN, PAID, RESERVED, UNCONFIRMED, SoughtTrades, Trade

_NAMES = tuple(field.name for field in fields(Trade))
_TRADE = ", ".join(_NAMES)
_INSERT = text(insert_into("trade", _NAMES))
_READ = text(f"select {_TRADE} from trade where trade_id = :trade_id")
_LOCK = text(f"select {_TRADE} from trade where trade_id = :trade_id for update")
_WRITE = text(
    """
    update trade
       set state = :state, payment_reference = :payment_reference, payment_key = :payment_key,
           paid_at = :paid_at, delivered_at = :delivered_at, closed_at = :closed_at,
           look_by = :look_by, alarmed_at = :alarmed_at, confirm_by = :confirm_by,
           cleared_at = :cleared_at, clearing = :clearing
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
    union all
    select trade_id from trade where state = '{PAID}' and confirm_by <= :now
     order by trade_id limit :most
    """
)
_LAPSED_OF = text(
    f"""
    select trade_id from trade
     where listing_id = :listing_id and state = '{RESERVED}' and pay_until <= :now
    union all
    select trade_id from trade
     where listing_id = :listing_id and state = '{PAID}' and confirm_by <= :now
     order by trade_id
    """
)
_SHOWN = "(:every or buyer_id = :tenant_id or seller_id = :tenant_id or exchange_id = :tenant_id)"
# The oldest order first.
_WAITING = text(
    f"""
    select {_TRADE} from trade
     where {_SHOWN} and {in_words("state", *OPEN)}
       and (cast(:state as text) is null or state = :state)
       and (cast(:alarmed as boolean) is null or (alarmed_at is not null) = :alarmed)
       and (cast(:after as uuid) is null or trade_id > :after)
     order by trade_id limit :most
    """
)
_UNSEEN = text(
    f"""
    update trade t set alarmed_at = :now
      from (select trade_id from trade
             where look_by <= :now and alarmed_at is null
               and {in_words("state", PAID, UNCONFIRMED)}
             order by look_by, trade_id limit :most for update skip locked) late
     where t.trade_id = late.trade_id
    returning {", ".join(f"t.{name}" for name in _NAMES)}
    """
)
_LIST = newest_first(
    f"""
    select {_TRADE} from trade
     where {_SHOWN}
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
    connection.execute(_INSERT, by_name(_NAMES, trade))
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
    """Write what may change of a locked trade."""
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
            "look_by": trade.look_by,
            "alarmed_at": trade.alarmed_at,
            "confirm_by": trade.confirm_by,
            "cleared_at": trade.cleared_at,
            "clearing": trade.clearing,
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
    """Trades whose time to pay, or to confirm, is over."""
    return list(connection.execute(_LAPSED, {"now": now, "most": most}).scalars())


def lapsed_trades_of(connection: Connection, listing_id: UUID, *, now: datetime) -> list[UUID]:
    """The lapsed trades of one listing, which the caller has locked."""
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


def waiting_trades(
    connection: Connection,
    tenant_id: UUID | None,
    wanted: SoughtTrades,
    *,
    after: UUID | None,
    most: int,
) -> list[Trade]:
    """What waits for money, or for word of it, the oldest order first; None reads everybody's."""
    parameters = {
        **wanted._asdict(),
        "tenant_id": tenant_id,
        "every": tenant_id is None,
        "after": after,
        "most": most,
    }
    return [Trade(*row) for row in connection.execute(_WAITING, parameters)]


def alarm_unseen_payments(connection: Connection, *, now: datetime, most: int) -> list[Trade]:
    """Mark payments that nobody saw to in time, each once in its state; those that now are."""
    return [Trade(*row) for row in connection.execute(_UNSEEN, {"now": now, "most": most})]


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
