"""The application's role: it reads, adds, and changes only what is there to be changed.

The user who migrates owns the tables. Whoever serves is another user who is a member of this role
(``grant tanpuhui_app to …``), and can then change no row of an append-only table, nor take away
what refuses it. Where one user does both, serving processes give up its rights by themselves: the
role stands in the start-up packet of each connection, so that no statement is added to any, and no
transaction of a pooler meets another's role. A pooler that does not pass it on is noticed, and
then triggers alone keep the books; behind one, log in as a member.
"""

from __future__ import annotations

from contextlib import closing
from typing import Final, NamedTuple

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from app.store.database import Database
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
# Whether this user may become the role, and the role has what this release needs.
_MAY_BECOME = text(
    """
    select pg_has_role(r.oid, 'MEMBER')
           and not exists (select from unnest(cast(:tables as text[])) as needed (name)
                            where not coalesce(has_table_privilege(
                                r.oid, to_regclass(needed.name), 'INSERT'), false))
      from pg_roles r where r.rolname = :role
    """
)
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


# By which right a process serves.
OWN: Final = "own"  # its user cannot change the books in the first place
AS_ROLE: Final = "as_role"  # its user could, and gives that up on every connection
NO_ROLE: Final = "no_role"  # nobody made the role, or this user may not become it
POOLER: Final = "pooler"  # what stands between does not pass the role on


class Serving(NamedTuple):
    """By which URL a process serves, and by which right: one of the words above."""

    url: str
    by: str

    @property
    def triggers_alone(self) -> bool:
        """Whether only triggers refuse a change of the books."""
        return self.by in (NO_ROLE, POOLER)


def serving_as(url: str) -> Serving:
    """How to serve from a migrated database with no more rights than the application needs."""
    with closing(Database(url, pool_size=1)) as database:
        if not database.transact(may_change_books):
            return Serving(url, OWN)
        if not database.transact(_may_become):
            return Serving(url, NO_ROLE)
    limited = _as_role(url)
    try:
        with closing(Database(limited, pool_size=1)) as database:
            if not database.transact(may_change_books):
                return Serving(limited, AS_ROLE)
    except DBAPIError:
        # PgBouncer refuses start-up parameters that it does not know, or ignores them on request.
        return Serving(url, POOLER)
    return Serving(url, POOLER)


def _may_become(connection: Connection) -> bool:
    given = {"role": ROLE, "tables": sorted(TABLES.keys() - _READ_ONLY)}
    return bool(connection.execute(_MAY_BECOME, given).scalar())


def _as_role(url: str) -> str:
    parsed = make_url(url)
    stated = parsed.query.get("options", "")
    options = " ".join([stated] if isinstance(stated, str) else stated)
    limited = parsed.update_query_dict({"options": f"{options} -crole={ROLE}".strip()})
    return limited.render_as_string(hide_password=False)
