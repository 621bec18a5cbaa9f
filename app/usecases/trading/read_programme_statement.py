"""What the programme itself had, and had of others, from one civil day to another."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from app.store.database import Connection
from app.store.trading.programme_statements import balances_before, stocks_before, stocks_moved
from behaviours.civil_time import day_ends_at, start_of_day
from rewards.trading.programme_statement import ProgrammeStatement
from rewards.trading.statement import is_final


def read_programme_statement(
    connection: Connection, *, first: date, last: date, zone: tzinfo, now: datetime
) -> ProgrammeStatement:
    """Opening, movements and closing, drawn anew from what was written; both days are included."""
    since, until = start_of_day(first, zone), day_ends_at(last, zone)
    return ProgrammeStatement(
        first,
        last,
        is_final(until, now),
        stocks_before(connection, since),
        stocks_moved(connection, since=since, until=until),
        balances_before(connection, since),
        balances_before(connection, until),
    )
