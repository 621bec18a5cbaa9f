"""The application's role: it reads, adds, and changes only what is there to be changed.

The user who migrates owns the tables. Whoever serves connects as another user who is a member of
this role (``grant tanpuhui_app to …``), and can then change no row of an append-only table, nor
take away what refuses it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from app.store.tables.all import TABLES
from app.store.tables.append_only import APPEND_ONLY

ROLE: Final = "tanpuhui_app"

# Several databases of one server share the role, and two may come to make it at once.
_MAKE = """
do $$ begin
    if not exists (select from pg_roles where rolname = '{role}') then
        create role {role} nologin;
    end if;
exception
    when duplicate_object or unique_violation or insufficient_privilege then null;
end $$
"""
_EXISTS = text("select exists (select from pg_roles where rolname = :role)")
_OWNS = text(
    "select has_table_privilege('points_transfer', 'UPDATE')"
    " where to_regclass('points_transfer') is not null"
)
# Written by ``close_book`` alone.
_READ_ONLY: Final = frozenset({"closed_book"})


def grant_application(connection: Connection, role: str = ROLE) -> bool:
    """Make the role if it is not there, and give it what it needs of this database; safe to repeat.

    False when this user may not make a role and nobody made it: then triggers alone keep what is
    append-only.
    """
    connection.exec_driver_sql(_MAKE.format(role=role))
    if not connection.execute(_EXISTS, {"role": role}).scalar_one():
        return False
    fixed = APPEND_ONLY | _READ_ONLY
    for rights, tables in (
        ("select", {*TABLES, "alembic_version"}),
        ("insert", TABLES.keys() - _READ_ONLY),
        ("update, delete", TABLES.keys() - fixed),
    ):
        connection.exec_driver_sql(f"grant {rights} on {', '.join(sorted(tables))} to {role}")
    connection.exec_driver_sql(
        f"revoke update, delete, truncate on {', '.join(sorted(fixed))} from {role}"
    )
    connection.exec_driver_sql(f"grant usage on schema public to {role}")
    connection.exec_driver_sql(f"grant usage on all sequences in schema public to {role}")
    connection.exec_driver_sql(f"grant execute on function close_book(text, timestamptz) to {role}")
    return True


def may_change_books(connection: Connection) -> bool:
    """Whether this user has the right to change rows of the books, so that only triggers refuse."""
    return bool(connection.execute(_OWNS).scalar())
