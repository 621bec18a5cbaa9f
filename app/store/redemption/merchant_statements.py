"""SQL of merchants' statements: whose days wait, what they come to, and what was drawn and paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.store.inserting import each_of, insert_into
from app.store.log.acting import held, kept
from rewards.redemption.bill import Settlement
from rewards.redemption.merchant_statement import (
    DUE,
    NOTHING_DUE,
    PAID,
    MerchantStatement,
    Payout,
    SpanOfMerchant,
)
from rewards.trading.trade import normal_payment_reference

# ruff: noqa: S608 - the statements are put together from constants of the program only

_SUMS: Final = (
    *("captures", "captured_items", "captured_points", "captured_fen"),
    *("reversals", "reversed_items", "reversed_points", "reversed_fen"),
)
_SPAN: Final = (
    *("statement_id", "merchant_id", "number", "first_day", "last_day"),
    *("brought_fen", "starts_at", "ends_at", "drawn_at"),
)
_BALANCE: Final = "s.brought_fen + s.captured_fen - s.reversed_fen"
# Merchants of whom something happened that no statement has, before an instant; of each what the
# newest statement ended with, and when the first of it happened.
_WAITING = text(
    f"""
    select o.organisation_id as merchant_id, coalesce(s.number, 0) as number, s.last_day,
           least(coalesce({_BALANCE}, 0), 0) as carried_fen, w.first_at
      from organisation o
      left join lateral (select * from merchant_statement m
                          where m.merchant_id = o.organisation_id
                          order by m.number desc limit 1) s on true
     cross join lateral (
        select least(
            (select r.captured_at from redemption r
              where r.merchant_id = o.organisation_id
                and r.captured_at >= coalesce(s.ends_at, '-infinity')
              order by r.captured_at limit 1),
            (select v.reversed_at from redemption_reversal v
              where v.merchant_id = o.organisation_id
                and v.reversed_at >= coalesce(s.ends_at, '-infinity')
              order by v.reversed_at limit 1)) as first_at) w
     where o.kind = 'merchant' and w.first_at < :before
     order by o.organisation_id limit :most
    """
)
# Each span is summed by the merchant's own index.
_SUM = """
    select d.statement_id, d.merchant_id, d.number, d.first_day, d.last_day,
           c.captures, c.captured_items, c.captured_points, c.captured_fen,
           v.reversals, v.reversed_items, v.reversed_points, v.reversed_fen,
           d.brought_fen, d.starts_at, d.ends_at, cast(:now as timestamptz) as drawn_at
      from unnest(cast(:statement_id as uuid[]), cast(:merchant_id as uuid[]),
                  cast(:number as integer[]), cast(:first_day as date[]),
                  cast(:last_day as date[]), cast(:brought_fen as bigint[]),
                  cast(:starts_at as timestamptz[]), cast(:ends_at as timestamptz[]))
           as d (statement_id, merchant_id, number, first_day, last_day, brought_fen, starts_at,
                 ends_at)
     cross join lateral (
        select count(*) as captures, coalesce(sum(r.quantity), 0) as captured_items,
               coalesce(sum(r.quantity::bigint * r.points_each), 0) as captured_points,
               coalesce(sum(r.quantity::bigint * r.settlement_fen_each), 0) as captured_fen
          from redemption r
         where r.merchant_id = d.merchant_id
           and r.captured_at >= d.starts_at and r.captured_at < d.ends_at) c
     cross join lateral (
        select count(*) as reversals, coalesce(sum(r.quantity), 0) as reversed_items,
               coalesce(sum(r.points), 0) as reversed_points,
               coalesce(sum(r.settlement_fen), 0) as reversed_fen
          from redemption_reversal r
         where r.merchant_id = d.merchant_id
           and r.reversed_at >= d.starts_at and r.reversed_at < d.ends_at) v
"""
_COLUMNS: Final = (*_SPAN[:5], *_SUMS, *_SPAN[5:])
# Of two that draw at once, the second waits for the first here and then draws nothing.
_DRAW = text(
    f"""
    insert into merchant_statement ({", ".join(_COLUMNS)}) {_SUM}
        on conflict (merchant_id, number) do nothing
    returning {", ".join(_COLUMNS)}
    """
)
_READ = f"""
    select {", ".join(f"s.{name}" for name in _COLUMNS)},
           p.reference, p.paid_on, p.stated_by, p.stated_at
      from merchant_statement s left join merchant_payout p using (statement_id)
"""
_ONE = text(f"{_READ} where s.statement_id = :statement_id")
# The row itself never changes: who pays it holds its name until the transaction ends.
_HOLD = text("select pg_advisory_xact_lock(hashtextextended('statement ' || :statement_id, 0))")
_STATE: Final = f"""
    case when p.statement_id is not null then '{PAID}'
         when {_BALANCE} > 0 then '{DUE}' else '{NOTHING_DUE}' end
"""
_LIST = text(
    f"""{_READ}
     where (cast(:merchant_id as uuid) is null or s.merchant_id = :merchant_id)
       and (cast(:state as text) is null or {_STATE} = :state)
       and (cast(:before as uuid) is null or s.statement_id < :before)
     order by s.statement_id desc limit :most
    """
)
_HOLD_PAYMENT = text("select pg_advisory_xact_lock(hashtextextended('payout ' || :key, 0))")
_TAKEN = text(
    "select statement_id from merchant_payout where payment_key = :payment_key"
    " and statement_id <> :statement_id"
)
_PAID: Final = ("statement_id", "reference", "payment_key", "paid_on", "stated_by", "stated_at")
_PAY = text(insert_into("merchant_payout", _PAID))


class WaitingMerchant(NamedTuple):
    """A merchant with movements that no statement has; ``last_day`` is None before its first."""

    merchant_id: UUID
    number: int
    last_day: date | None
    carried_fen: int
    first_at: datetime


def waiting_merchants(
    connection: Connection, *, before: datetime, most: int
) -> list[WaitingMerchant]:
    """Those whose first movement without a statement lies before an instant, by their ids."""
    rows = connection.execute(_WAITING, {"before": before, "most": most})
    return [WaitingMerchant(*row) for row in rows]


def draw(
    connection: Connection,
    ids: Sequence[UUID],
    spans: Sequence[SpanOfMerchant],
    *,
    now: datetime,
) -> list[MerchantStatement]:
    """Draw a statement of each span, and tell of it; those that another process drew are left."""
    given = {**each_of(SpanOfMerchant._fields, spans), "statement_id": list(ids), "now": now}
    drawn = [_statement(row) for row in connection.execute(_DRAW, given).mappings()]
    kept(*drawn)
    return drawn


def find_merchant_statement(connection: Connection, statement_id: UUID) -> MerchantStatement | None:
    """The statement as it stands."""
    row = connection.execute(_ONE, {"statement_id": statement_id}).mappings().one_or_none()
    return _statement(row) if row else None


def hold_merchant_statement(connection: Connection, statement_id: UUID) -> MerchantStatement | None:
    """The same, which nobody else pays until the transaction ends."""
    connection.execute(_HOLD, {"statement_id": statement_id.hex})
    found = find_merchant_statement(connection, statement_id)
    return held(found) if found else None


def merchant_statements(
    connection: Connection,
    *,
    merchant_id: UUID | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[MerchantStatement]:
    """Newest first; None: of every merchant, and in every state."""
    given = {"merchant_id": merchant_id, "state": state, "before": before, "most": most}
    return [_statement(row) for row in connection.execute(_LIST, given).mappings()]


def payout_is_taken(connection: Connection, statement: MerchantStatement, reference: str) -> bool:
    """Whether the payment pays another statement, in whatever spelling; nobody else states it
    until the transaction ends."""
    payment_key = normal_payment_reference(reference)
    connection.execute(_HOLD_PAYMENT, {"key": payment_key})
    given = {"payment_key": payment_key, "statement_id": statement.statement_id}
    return connection.execute(_TAKEN, given).first() is not None


def write_payout(connection: Connection, paid: MerchantStatement) -> None:
    """Write the payment of a statement."""
    assert paid.payout is not None
    connection.execute(
        _PAY,
        {
            "statement_id": paid.statement_id,
            "payment_key": normal_payment_reference(paid.payout.reference),
            **paid.payout._asdict(),
        },
    )
    kept(paid)


def _statement(row: RowMapping) -> MerchantStatement:
    payout = None
    if row.get("reference") is not None:
        payout = Payout(*(row[name] for name in Payout._fields))
    return MerchantStatement(
        row["statement_id"],
        row["merchant_id"],
        row["number"],
        row["first_day"],
        Settlement(row["last_day"], *(int(row[name]) for name in _SUMS)),
        row["brought_fen"],
        row["starts_at"],
        row["ends_at"],
        row["drawn_at"],
        payout,
    )
