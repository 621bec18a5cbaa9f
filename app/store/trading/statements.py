"""What statements are drawn from: holdings' movements, and the money of trades."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.registry.moves import HOLDING_MOVES
from rewards.ledger.money import BANK, proceeds_account
from rewards.trading.listing import CLOSED
from rewards.trading.statement import (
    EARNED,
    PAID,
    HeldKind,
    MoneyMovement,
    MoneyTurned,
    UnitMovement,
    UnitsAway,
)

_HELD = text(
    f"""
    select unit_class, vintage, sum(quantity_t)::bigint from ({HOLDING_MOVES}) m
     where owner_id = :owner_id and at < :at
     group by unit_class, vintage having sum(quantity_t) <> 0 order by unit_class, vintage
    """
)
_MOVED = text(
    f"""
    select at, kind, block_id, unit_class, vintage, quantity_t, reference_id
      from ({HOLDING_MOVES}) m
     where owner_id = :owner_id and at >= :since and at < :until
     order by at, quantity_t, block_id
    """
)
# What was handed over, less what was sold there until then, unless it had come back.
_AWAY = text(
    f"""
    select x.listing_id, x.exchange_id, b.unit_class, b.vintage,
           (l.quantity_t - coalesce(t.tonnes, 0))::bigint
      from exchange_lot x
      join listing l using (listing_id)
      join unit_block b on b.block_id = l.block_id
      left join lateral (select sum(quantity_t) as tonnes from trade
                          where listing_id = l.listing_id and delivered_at < :until) t on true
     where l.seller_id = :owner_id and l.created_at < :until
       and not (l.state = '{CLOSED}' and l.closed_at < :until)
       and l.quantity_t > coalesce(t.tonnes, 0)
     order by x.listing_id
    """
)
# From the book, by the trades: what the buyer paid in, and what reached the seller.
_MONEY = f"""
    select p.posted_at as at, '{PAID}' as kind, t.trade_id, p.fen
      from trade t join money_posting p on p.reference_id = t.trade_id
     where t.buyer_id = :owner_id and p.credit_account = '{BANK}'
    union all
    select p.posted_at, '{EARNED}', t.trade_id, p.fen
      from trade t join money_posting p on p.reference_id = t.trade_id
     where t.seller_id = :owner_id and p.debit_account = :proceeds
"""
_TURNED = text(
    f"""
    select coalesce(sum(fen) filter (where kind = '{PAID}'), 0)::bigint,
           coalesce(sum(fen) filter (where kind = '{EARNED}'), 0)::bigint
      from ({_MONEY}) m where at < :at
    """
)
_MONEY_MOVED = text(
    f"""
    select at, kind, trade_id, fen from ({_MONEY}) m where at >= :since and at < :until
     order by at, kind, trade_id
    """
)


def held_before(connection: Connection, owner_id: UUID, at: datetime) -> dict[HeldKind, int]:
    """What an enterprise held just before a moment, in tonnes, by what moved until then."""
    rows = connection.execute(_HELD, {"owner_id": owner_id, "at": at})
    return {HeldKind(unit_class, vintage): tonnes for unit_class, vintage, tonnes in rows}


def units_moved(
    connection: Connection, owner_id: UUID, *, since: datetime, until: datetime
) -> tuple[UnitMovement, ...]:
    """What came in and went out from one moment until before another, the oldest first."""
    given = {"owner_id": owner_id, "since": since, "until": until}
    return tuple(UnitMovement(*row) for row in connection.execute(_MOVED, given))


def units_away(connection: Connection, owner_id: UUID, until: datetime) -> tuple[UnitsAway, ...]:
    """What of an enterprise's units stood at exchanges just before a moment, lot by lot."""
    rows = connection.execute(_AWAY, {"owner_id": owner_id, "until": until})
    return tuple(UnitsAway(*row) for row in rows)


def turned_before(connection: Connection, owner_id: UUID, at: datetime) -> MoneyTurned:
    """What an enterprise had paid and earned just before a moment."""
    given = {"owner_id": owner_id, "proceeds": proceeds_account(owner_id), "at": at}
    return MoneyTurned(*connection.execute(_TURNED, given).one())


def money_moved(
    connection: Connection, owner_id: UUID, *, since: datetime, until: datetime
) -> tuple[MoneyMovement, ...]:
    """What was paid and earned from one moment until before another, the oldest first."""
    given = {
        "owner_id": owner_id,
        "proceeds": proceeds_account(owner_id),
        "since": since,
        "until": until,
    }
    return tuple(MoneyMovement(*row) for row in connection.execute(_MONEY_MOVED, given))
