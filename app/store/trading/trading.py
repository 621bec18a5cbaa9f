"""Listings, trades, changes of hands, and the money that is booked for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_ids

_LISTING = "listing_id, seller_id, block_id, quantity_t, remaining_t, price_fen_per_tonne, state"
_TRADE = """
    trade_id, listing_id, seller_id, buyer_id, quantity_t, amount_fen, state, payment_reference,
    ordered_at, pay_until, paid_at, delivered_at, closed_at
"""
_INSERT_LISTING = text(
    """
    insert into listing (listing_id, seller_id, block_id, quantity_t, remaining_t,
                         price_fen_per_tonne, state, created_at)
    values (:listing_id, :seller_id, :block_id, :quantity_t, :quantity_t, :price_fen_per_tonne,
            'open', :now)
    """
)
_LOCK_LISTING = text(
    f"select {_LISTING} from listing where listing_id = :listing_id for update"  # noqa: S608
)
_SET_LISTING = text(
    """
    update listing set remaining_t = :remaining_t, state = :state,
           closed_at = case when :state = 'open' then null else :now end
     where listing_id = :listing_id
    """
)
_LISTINGS = text(
    """
    select l.listing_id, l.seller_id, o.name as seller_name, l.quantity_t, l.remaining_t,
           l.price_fen_per_tonne, l.state, l.created_at, b.unit_class, b.vintage, b.bundle_id,
           u.methodology
      from listing l
      join unit_block b on b.block_id = l.block_id
      join bundle u on u.bundle_id = b.bundle_id
      left join organisation o on o.organisation_id = l.seller_id
     where (cast(:before as uuid) is null or l.listing_id < :before)
       and (cast(:listing_id as uuid) is null or l.listing_id = :listing_id)
       and (:every or l.state = 'open')
     order by l.listing_id desc limit :most
    """
)
_INSERT_TRADE = text(
    """
    insert into trade (trade_id, listing_id, seller_id, buyer_id, quantity_t, amount_fen, state,
                       ordered_at, pay_until)
    values (:trade_id, :listing_id, :seller_id, :buyer_id, :quantity_t, :amount_fen, 'reserved',
            :now, :pay_until)
    """
)
_READ_TRADE = text(f"select {_TRADE} from trade where trade_id = :trade_id")  # noqa: S608
_LOCK_TRADE = text(
    f"select {_TRADE} from trade where trade_id = :trade_id for update"  # noqa: S608
)
_SET_TRADE = text(
    """
    update trade
       set state = :state, payment_reference = :payment_reference, paid_at = :paid_at,
           delivered_at = :delivered_at, closed_at = :closed_at
     where trade_id = :trade_id
    """
)
_LAPSED = text(
    """
    select trade_id from trade where state = 'reserved' and pay_until <= :now
     order by trade_id limit :most
    """
)
_LAPSED_OF = text(
    """
    select trade_id from trade
     where listing_id = :listing_id and state = 'reserved' and pay_until <= :now
     order by trade_id
    """
)
_TRADES = text(
    f"""
    select {_TRADE} from trade
     where (:every or buyer_id = :tenant_id or seller_id = :tenant_id)
       and (cast(:before as uuid) is null or trade_id < :before)
     order by trade_id desc limit :most
    """  # noqa: S608
)
_INSERT_TRANSFER = text(
    """
    insert into unit_transfer (transfer_id, block_id, from_id, to_id, quantity_t, trade_id,
                               transferred_at)
    values (:transfer_id, :block_id, :from_id, :to_id, :quantity_t, :trade_id, :now)
    """
)


class Listing(NamedTuple):
    """One row of listing."""

    listing_id: UUID
    seller_id: UUID | None
    block_id: UUID
    quantity_t: int
    remaining_t: int
    price_fen_per_tonne: int
    state: str


class Trade(NamedTuple):
    """One row of trade."""

    trade_id: UUID
    listing_id: UUID
    seller_id: UUID | None
    buyer_id: UUID
    quantity_t: int
    amount_fen: int
    state: str
    payment_reference: str | None
    ordered_at: datetime
    pay_until: datetime
    paid_at: datetime | None
    delivered_at: datetime | None
    closed_at: datetime | None


def insert_listing(
    connection: Connection,
    *,
    listing_id: UUID,
    seller_id: UUID | None,
    block_id: UUID,
    quantity_t: int,
    price_fen_per_tonne: int,
    now: datetime,
) -> None:
    connection.execute(
        _INSERT_LISTING,
        {
            "listing_id": listing_id,
            "seller_id": seller_id,
            "block_id": block_id,
            "quantity_t": quantity_t,
            "price_fen_per_tonne": price_fen_per_tonne,
            "now": now,
        },
    )


def lock_listing(connection: Connection, listing_id: UUID) -> Listing | None:
    row = connection.execute(_LOCK_LISTING, {"listing_id": listing_id}).one_or_none()
    return None if row is None else Listing(*row)


def set_listing(
    connection: Connection, listing_id: UUID, *, remaining_t: int, state: str, now: datetime
) -> None:
    parameters = {"listing_id": listing_id, "remaining_t": remaining_t, "state": state}
    connection.execute(_SET_LISTING, parameters | {"now": now})


def list_listings(
    connection: Connection,
    *,
    before: UUID | None = None,
    most: int = 1,
    listing_id: UUID | None = None,
    every: bool = False,
) -> list[dict[str, Any]]:
    """Open listings, newest first; ``every`` shows the closed ones too."""
    parameters = {"before": before, "most": most, "listing_id": listing_id, "every": every}
    return [dict(row) for row in connection.execute(_LISTINGS, parameters).mappings()]


def insert_trade(
    connection: Connection,
    *,
    trade_id: UUID,
    listing: Listing,
    buyer_id: UUID,
    quantity_t: int,
    pay_until: datetime,
    now: datetime,
) -> None:
    connection.execute(
        _INSERT_TRADE,
        {
            "trade_id": trade_id,
            "listing_id": listing.listing_id,
            "seller_id": listing.seller_id,
            "buyer_id": buyer_id,
            "quantity_t": quantity_t,
            "amount_fen": quantity_t * listing.price_fen_per_tonne,
            "pay_until": pay_until,
            "now": now,
        },
    )


def read_trade(connection: Connection, trade_id: UUID) -> Trade | None:
    row = connection.execute(_READ_TRADE, {"trade_id": trade_id}).one_or_none()
    return None if row is None else Trade(*row)


def lock_trade(connection: Connection, trade_id: UUID) -> Trade | None:
    row = connection.execute(_LOCK_TRADE, {"trade_id": trade_id}).one_or_none()
    return None if row is None else Trade(*row)


def set_trade(connection: Connection, trade: Trade) -> None:
    """Write the state, the payment reference and the moments of a locked trade."""
    names = (
        "trade_id",
        "state",
        "payment_reference",
        "paid_at",
        "delivered_at",
        "closed_at",
    )
    connection.execute(_SET_TRADE, {name: getattr(trade, name) for name in names})


def lapsed_trades(connection: Connection, *, now: datetime, most: int) -> list[UUID]:
    """Reservations whose time to pay is over."""
    return list(connection.execute(_LAPSED, {"now": now, "most": most}).scalars())


def lapsed_trades_of(connection: Connection, listing_id: UUID, *, now: datetime) -> list[UUID]:
    """The lapsed reservations of one listing, which the caller has locked."""
    return list(connection.execute(_LAPSED_OF, {"listing_id": listing_id, "now": now}).scalars())


def list_trades(
    connection: Connection, tenant_id: UUID | None, *, before: UUID | None, most: int
) -> list[Trade]:
    """What an enterprise bought or sold, newest first; None sees every trade."""
    parameters = {"tenant_id": tenant_id, "every": tenant_id is None}
    rows = connection.execute(_TRADES, parameters | {"before": before, "most": most})
    return [Trade(*row) for row in rows]


def record_transfers(
    connection: Connection,
    blocks: Sequence[tuple[UUID, int]],
    *,
    from_id: UUID | None,
    to_id: UUID,
    trade_id: UUID | None,
    now: datetime,
) -> list[UUID]:
    """One line for each block (id, tonnes) that changes hands; returns the lines' ids."""
    ids = new_ids(len(blocks))
    connection.execute(
        _INSERT_TRANSFER,
        [
            {
                "transfer_id": made,
                "block_id": block_id,
                "from_id": from_id,
                "to_id": to_id,
                "quantity_t": quantity_t,
                "trade_id": trade_id,
                "now": now,
            }
            for made, (block_id, quantity_t) in zip(ids, blocks, strict=True)
        ],
    )
    return ids
