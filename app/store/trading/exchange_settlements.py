"""SQL of settlements of exchanges: the lines as they were sent, and the trade that each became."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row, text

from app.store.inserting import by_name, each_of, insert_into
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from rewards.trading.exchange_settlement import (
    DONE,
    REFUSED,
    WAITS,
    CountedSettlement,
    ExchangeSettlement,
    LineFault,
    ReadLine,
    SettledLine,
)

_NAMES = tuple(each.name for each in fields(ExchangeSettlement))
_COLUMNS = ", ".join(_NAMES)
# The second of two that come at the same instant waits for the first, and then finds its file.
_INSERT = text(
    f"{insert_into('exchange_settlement', _NAMES)} on conflict (exchange_id, digest) do nothing"
)
_SAID = SettledLine._fields
_INSERT_LINES = text(
    f"""
    insert into exchange_settlement_line (settlement_id, line, {", ".join(_SAID)}, state)
    select :settlement_id, r.line, {", ".join(f"r.{name}" for name in _SAID)}, '{WAITS}'
      from unnest(cast(:number as text[]), cast(:lot_id as uuid[]), cast(:buyer_id as uuid[]),
                  cast(:quantity_t as bigint[]), cast(:price_fen_per_tonne as bigint[]),
                  cast(:amount_fen as bigint[]), cast(:payment_reference as text[]),
                  cast(:traded_at as timestamptz[]))
           with ordinality as r ({", ".join(_SAID)}, line)
    """
)
_LINE = f"line, {', '.join(_SAID)}, state, trade_id, fault"
_ONE = f"select {_COLUMNS} from exchange_settlement where settlement_id = :settlement_id"
_READ, _LOCK = text(_ONE), text(f"{_ONE} for update")
_OF_FILE = text(
    f"select {_COLUMNS} from exchange_settlement"
    " where exchange_id = :exchange_id and digest = :digest for update"
)
_WRITE = text(
    """
    update exchange_settlement
       set state = :state, ended_at = :ended_at
     where settlement_id = :settlement_id
    """
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from exchange_settlement
     where (cast(:exchange_id as uuid) is null or exchange_id = :exchange_id)
    """,
    by="settlement_id",
)
_COUNTS = text(
    """
    select settlement_id, state, count(*) from exchange_settlement_line
     where settlement_id = any(:ids) group by 1, 2
    """
)
_LINES = text(
    f"""
    select {_LINE} from exchange_settlement_line
     where settlement_id = :settlement_id and line > :after
       and (cast(:state as text) is null or state = :state)
     order by line limit :most
    """
)
_WAITING = text(
    f"""
    select line from exchange_settlement_line
     where settlement_id = :settlement_id and state = '{WAITS}'
     order by line limit :most
    """
)
_LOCK_LINE = text(
    f"""
    select {_LINE} from exchange_settlement_line
     where settlement_id = :settlement_id and line = :line for update
    """
)
_CLOSE_LINE = text(
    """
    update exchange_settlement_line
       set state = :state, trade_id = :trade_id, fault = cast(:fault as jsonb)
     where settlement_id = :settlement_id and line = :line
    """
)
_INSERT_TRADE = text(
    """
    insert into exchange_trade (trade_id, exchange_id, number, number_key, settlement_id,
                                line, price_fen_per_tonne, traded_at)
    values (:trade_id, :exchange_id, :number, :number_key, :settlement_id, :line,
            :price_fen_per_tonne, :traded_at)
    """
)


def insert_settlement(
    connection: Connection, made: ExchangeSettlement, lines: Sequence[SettledLine]
) -> bool:
    """Keep a file and its lines, in their order; False when the exchange's same file is there."""
    if connection.execute(_INSERT, by_name(_NAMES, made)).rowcount == 0:
        return False
    given = {"settlement_id": made.settlement_id, **each_of(_SAID, lines)}
    connection.execute(_INSERT_LINES, given)
    kept(made)
    return True


def find_settlement(connection: Connection, settlement_id: UUID) -> ExchangeSettlement | None:
    """The settlement of this id, or None."""
    row = connection.execute(_READ, {"settlement_id": settlement_id}).one_or_none()
    return None if row is None else _settlement(row)


def lock_settlement(connection: Connection, settlement_id: UUID) -> ExchangeSettlement | None:
    """The same, locked until the transaction ends."""
    row = connection.execute(_LOCK, {"settlement_id": settlement_id}).one_or_none()
    return None if row is None else held(_settlement(row))


def settlement_of_file(
    connection: Connection, exchange_id: UUID, digest: bytes
) -> ExchangeSettlement | None:
    """The settlement that a file became, locked until the transaction ends, or None."""
    given = {"exchange_id": exchange_id, "digest": digest}
    row = connection.execute(_OF_FILE, given).one_or_none()
    return None if row is None else held(_settlement(row))


def write_settlement(connection: Connection, moved: ExchangeSettlement) -> None:
    """Write what may change of a locked settlement."""
    names = ("settlement_id", "state", "ended_at")
    connection.execute(_WRITE, by_name(names, moved))
    kept(moved)


def list_settlements(
    connection: Connection, exchange_id: UUID | None, *, before: UUID | None, most: int
) -> list[ExchangeSettlement]:
    """The settlements of an exchange, newest first; None: of all of them."""
    given = {"exchange_id": exchange_id, "before": before, "most": most}
    return [_settlement(row) for row in connection.execute(_LIST, given)]


def counted(
    connection: Connection, settlements: Sequence[ExchangeSettlement]
) -> list[CountedSettlement]:
    """The same, each with how many of its lines wait, are settled and refused."""
    ids = [each.settlement_id for each in settlements]
    found = {(row[0], row[1]): row[2] for row in connection.execute(_COUNTS, {"ids": ids})}
    return [
        CountedSettlement(
            each, *(found.get((each.settlement_id, state), 0) for state in (WAITS, DONE, REFUSED))
        )
        for each in settlements
    ]


def lines_of(
    connection: Connection, settlement_id: UUID, *, state: str | None, after: int, most: int
) -> list[ReadLine]:
    """The lines of a settlement in their order, in one state or in any (None)."""
    given = {"settlement_id": settlement_id, "state": state, "after": after, "most": most}
    return [_line(row) for row in connection.execute(_LINES, given)]


def waiting_lines(connection: Connection, settlement_id: UUID, *, most: int) -> list[int]:
    """The numbers of the lines that nobody has settled or refused yet, in their order."""
    given = {"settlement_id": settlement_id, "most": most}
    return list(connection.execute(_WAITING, given).scalars())


def lock_line(connection: Connection, settlement_id: UUID, line: int) -> ReadLine:
    """A line, locked until the transaction ends."""
    given = {"settlement_id": settlement_id, "line": line}
    return _line(connection.execute(_LOCK_LINE, given).one())


def close_line(
    connection: Connection, settlement_id: UUID, line: int, outcome: UUID | LineFault
) -> None:
    """Write what became of a locked line: its trade, or why it is refused."""
    refused = isinstance(outcome, LineFault)
    told = orjson.dumps(outcome._asdict()).decode() if isinstance(outcome, LineFault) else None
    connection.execute(
        _CLOSE_LINE,
        {
            "settlement_id": settlement_id,
            "line": line,
            "state": REFUSED if refused else DONE,
            "trade_id": None if refused else outcome,
            "fault": told,
        },
    )


def insert_exchange_trade(
    connection: Connection,
    trade_id: UUID,
    said: SettledLine,
    *,
    exchange_id: UUID,
    settlement_id: UUID,
    line: int,
) -> None:
    """Keep which trade of the exchange's a trade is."""
    connection.execute(
        _INSERT_TRADE,
        {
            "trade_id": trade_id,
            "exchange_id": exchange_id,
            "settlement_id": settlement_id,
            "line": line,
            **by_name(("number", "number_key", "price_fen_per_tonne", "traded_at"), said),
        },
    )


def _settlement(row: Row[Any]) -> ExchangeSettlement:
    found = ExchangeSettlement(*tuple(row))
    return replace(found, digest=bytes(found.digest))


def _line(row: Row[Any]) -> ReadLine:
    line, *rest = tuple(row)
    width = len(_SAID)
    state, trade_id, fault = rest[width:]
    told = None if fault is None else LineFault(**fault)
    return ReadLine(line, SettledLine(*rest[:width]), state, trade_id, told)
