"""What the enterprise that asks held, and was paid for, from one civil day to another."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

from app.store.database import Connection
from app.store.trading.statements import (
    held_before,
    money_moved,
    turned_before,
    units_away,
    units_moved,
)
from behaviours.civil_time import day_ends_at, start_of_day
from behaviours.viewer import Viewer
from rewards.trading.statement import Statement, is_final


def read_statement(
    connection: Connection,
    viewer: Viewer,
    *,
    first: date,
    last: date,
    zone: tzinfo,
    now: datetime,
) -> Statement:
    """Opening, movements and closing, drawn anew from what was written; both days are included."""
    assert viewer.tenant_id is not None, "an enterprise's token names the enterprise"
    since, until = start_of_day(first, zone), day_ends_at(last, zone)
    return Statement(
        viewer.tenant_id,
        first,
        last,
        is_final(until, now),
        held_before(connection, viewer.tenant_id, since),
        units_moved(connection, viewer.tenant_id, since=since, until=until),
        turned_before(connection, viewer.tenant_id, since),
        money_moved(connection, viewer.tenant_id, since=since, until=until),
        units_away(connection, viewer.tenant_id, until),
    )
