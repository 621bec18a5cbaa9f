"""Rows written by hand, as a careful engineer would without the rest of the house.

This is what recording is compared with: the same rows in the same tables, and nothing asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from psycopg import sql
from sqlalchemy import text

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.rows import target_of
from app.store.tables.points import points_lot_use, points_transfer
from app.store.tables.recording import action, claim_key, person_interval

Rows = dict[str, list[tuple[Any, ...]]]

_ONE = text("""
    INSERT INTO kept_answer (key_digest, fingerprint, status, body, kept_at)
    VALUES (:identifier, :name, 201, :numbers, :present)
""")
# What a list of rides leaves in tables that only grow …
_COPIED = {
    table.name: tuple(name for name, _ in target_of(table).columns)
    for table in (action, claim_key, person_interval, points_transfer, points_lot_use)
}
_DOCUMENTS = ("quantities", "evidence", "calculation")
# … and the key by which each of their rows names its action.
_NAMED_BY = {"points_transfer": "transfer_id", "points_lot_use": "transfer_id"}
# The sums of the same rides: lots, caps and accounts, each moved once for all of them.
_SUMS = (
    """
    INSERT INTO points_lot (participant_id, lot_id, available_at, expires_at, granted, remaining)
    SELECT a.participant_id, (array_agg(u.lot_id))[1], a.points_available_at, a.points_expires_at,
        sum(a.points), sum(a.points)
    FROM action a
    JOIN points_lot_use u ON u.participant_id = a.participant_id AND u.transfer_id = a.action_id
    WHERE a.action_id = ANY(%(actions)s::uuid[]) GROUP BY 1, 3, 4
    ON CONFLICT (participant_id, available_at, expires_at) DO UPDATE
    SET granted = points_lot.granted + excluded.granted,
        remaining = points_lot.remaining + excluded.remaining
    """,
    """
    INSERT INTO points_cap (participant_id, cap_code, period_start, granted)
    SELECT participant_id, behaviour || ':' || 'per_day',
        (occurred_at AT TIME ZONE %(zone)s::text)::date, sum(points)
    FROM action WHERE action_id = ANY(%(actions)s::uuid[]) GROUP BY 1, 2, 3
    ON CONFLICT (participant_id, cap_code, period_start) DO UPDATE
    SET granted = points_cap.granted + excluded.granted
    """,
    """
    WITH d AS (
        SELECT participant_id, sum(points) AS points, sum(saved_mg) AS saved_mg, count(*) AS actions
        FROM action WHERE action_id = ANY(%(actions)s::uuid[]) GROUP BY 1
    ), points AS (
        UPDATE points_account a SET balance = a.balance + d.points, version = a.version + d.actions
        FROM d WHERE a.participant_id = d.participant_id
    )
    UPDATE reduction_account r
    SET saved_mg = r.saved_mg + d.saved_mg, actions = r.actions + d.actions,
        version = r.version + 1
    FROM d WHERE r.participant_id = d.participant_id
    """,
)
_OPEN_POINTS = """
    INSERT INTO points_account (participant_id, balance, held, debt, version)
    SELECT unnest(%s::uuid[]), 0, 0, 0, 0
"""
_OPEN_REDUCTIONS = """
    INSERT INTO reduction_account (participant_id, saved_mg, actions, version)
    SELECT unnest(%s::uuid[]), 0, 0, 0
"""


def insert_one(
    connection: Connection,
    identifier: UUID,
    name: str,
    numbers: Mapping[str, object],
    present: datetime,
) -> None:
    """One row, one statement."""
    row = {"identifier": identifier.bytes, "name": name.encode(), "numbers": orjson.dumps(numbers)}
    connection.execute(_ONE, {**row, "present": present})


def open_accounts(connection: Connection, people: Sequence[UUID]) -> None:
    """Empty accounts, for sums to be kept in."""
    for statement in (_OPEN_POINTS, _OPEN_REDUCTIONS):
        raw(connection).execute(statement, [list(people)])


def rows_of(connection: Connection, action_ids: Sequence[UUID]) -> Rows:
    """Every row that recording left for these actions, as Python values; documents as text."""
    return {
        table: raw(connection).execute(_select(table, columns), [list(action_ids)]).fetchall()
        for table, columns in _COPIED.items()
    }


def write_rows(connection: Connection, rows: Rows, zone: ZoneInfo) -> None:
    """The same rows by COPY, row by row, and their sums by one statement a table."""
    driver = raw(connection)
    with driver.cursor() as cursor:
        for table, columns in _COPIED.items():
            with cursor.copy(_copy(table, columns)) as copy:
                for row in rows[table]:
                    copy.write_row(row)
    _add_up(connection, rows, zone)


def lines_of(connection: Connection, rows: Rows) -> dict[str, bytes]:
    """The rows as COPY would read them, made beforehand."""
    made = {}
    with raw(connection).cursor() as cursor:
        for table, columns in _COPIED.items():
            names = ", ".join(columns)
            cursor.execute(f"CREATE TEMP TABLE line AS SELECT {names} FROM {table} LIMIT 0")  # noqa: S608
            with cursor.copy(_copy("line", columns)) as copy:
                for row in rows[table]:
                    copy.write_row(row)
            with cursor.copy("COPY line TO STDOUT") as out:
                made[table] = b"".join(bytes(chunk) for chunk in out)
            cursor.execute("DROP TABLE line")
    return made


def write_lines(
    connection: Connection, lines: dict[str, bytes], rows: Rows, zone: ZoneInfo
) -> None:
    """The same rows from text that is ready: what PostgreSQL alone takes for them."""
    with raw(connection).cursor() as cursor:
        for table, columns in _COPIED.items():
            with cursor.copy(_copy(table, columns)) as copy:
                copy.write(lines[table])
    _add_up(connection, rows, zone)


def _add_up(connection: Connection, rows: Rows, zone: ZoneInfo) -> None:
    at = _COPIED["action"].index("action_id")
    action_ids = [row[at] for row in rows["action"]]
    for statement in _SUMS:
        raw(connection).execute(statement, {"actions": action_ids, "zone": zone.key})


def _copy(table: str, columns: Sequence[str]) -> sql.Composed:
    return sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )


def _select(table: str, columns: Sequence[str]) -> sql.Composed:
    shown = [
        sql.SQL("{}::text").format(sql.Identifier(name))
        if name in _DOCUMENTS
        else sql.Identifier(name)
        for name in columns
    ]
    return sql.SQL("SELECT {} FROM {} WHERE {} = ANY(%s)").format(
        sql.SQL(", ").join(shown),
        sql.Identifier(table),
        sql.Identifier(_NAMED_BY.get(table, "action_id")),
    )
